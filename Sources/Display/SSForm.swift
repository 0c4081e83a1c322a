public import SocketModel

/// The form of ss(8), as iproute2 6.1 prints it to a pipe: each column as wide as its widest cell, the
/// addresses aligned at their ports. Only the spaces at the end of a line are left out, as since 6.14.
public struct SSForm: Hashable, Sendable {
  public var hasHeader = true
  /// ss leaves out the column of the protocol where one table is asked for, and that of the state where one
  /// state is.
  public var hasNetid = true
  public var hasState = true
  /// `-p`
  public var showsProcesses = false
  /// `-o`
  public var showsTimers = false
  /// `-e`
  public var showsDetails = false
  /// `-i`
  public var showsInfo = false
  /// `-m`
  public var showsMemory = false
  /// `-O`
  public var isOneLine = false
  /// `-n`
  public var isNumeric = false
  /// The names of IP protocols (protocols(5)) that raw sockets have.
  public var protocols: [UInt8: [UInt8]] = [:]
  /// Ports that have no service's name, whatever /etc/services says.
  public var ephemeralPorts: ClosedRange<UInt16> = 1024...4999

  public init() {}

  public var needs: Projection {
    var needs: Projection = [.interfaces]
    if showsProcesses { needs.formUnion([.owners, .processNames]) }
    if showsDetails {
      needs.formUnion([.cookies, .v6only, .cgroups, .marks, .shutdown, .unixFiles])
    }
    if showsInfo {
      needs.formUnion([.tcpInfo, .congestion, .upperLayers, Projection(.vegas)])
    }
    if showsMemory { needs.formUnion(.memory) }
    return needs
  }

  /// Whether ss would print of one of these rows what is not printed here.
  public func leavesOut(of listing: Listing) -> Bool {
    listing.contains { row in
      let socket = row.socket
      switch socket.kind.domain {
      case .link: return showsDetails || !isNumeric && socket.toolEtherType == nil
      case .internet:
        guard showsInfo || showsMemory else { return false }
        return socket.kind == .mptcp || row.withValue(of: .md5Keys) { _ in }
          || row.withValue(of: .upperLayer) { _ in }
      case .unix, .netlink: return false
      }
    }
  }

  /// The kernel's order in the order of ss's tables: packet, unix, raw, UDP, TCP, MPTCP, of each IPv4 before
  /// IPv6.
  public static func sort(_ listing: inout Listing) {
    var tables = [[UInt32]](repeating: [], count: 10)
    for row in listing.rows.sorted() {
      let socket = listing.snapshot[row].socket
      let isV6 = socket.local.kind == .ipv6
      switch socket.kind {
      case .packetRaw, .packetDatagram: tables[0].append(row)
      case .unixStream, .unixDatagram, .unixSeqpacket: tables[1].append(row)
      case .raw: tables[isV6 ? 3 : 2].append(row)
      case .udp: tables[isV6 ? 5 : 4].append(row)
      case .tcp: tables[isV6 ? 7 : 6].append(row)
      case .mptcp: tables[isV6 ? 9 : 8].append(row)
      // ss knows nothing of the first two, and is itself asked for the last.
      case .udpLite, .ping, .netlink: break
      }
    }
    listing.rows = tables.flatMap { $0 }
  }
}
