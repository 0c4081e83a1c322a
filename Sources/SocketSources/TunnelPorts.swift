internal import KernelFormats
internal import LinuxSystem
internal import SocketModel

/// The UDP ports that the kernel itself has open for tunnels (VXLAN and its like) in our network namespace.
enum TunnelPorts {
  /// As far as rtnetlink tells of them: no more is proven.
  static func read() -> Set<UInt16> {
    var ports: Set<UInt16> = []
    guard let socket = try? NetlinkSocket.route() else { return ports }
    let request = TunnelLink.request(sequence: 1)
    guard (try? socket.send(request.span)) != nil else { return ports }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while let datagram = try? socket.receive(into: &buffer, waiting: true) {
      guard datagram.sender == 0 else { continue }
      if datagram.isTruncated { return ports }
      let bytes = buffer
      if take(bytes.span.extracting(0..<datagram.count), into: &ports) { return ports }
    }
    return ports
  }

  /// True at the end of the dump.
  static func take(_ bytes: Span<UInt8>, into ports: inout Set<UInt16>) -> Bool {
    var walk = NetlinkWalk()
    while true {
      let message: NetlinkMessage?
      do throws(MalformedMessage) { message = try walk.next(in: bytes) } catch { return true }
      guard let message else { return false }
      if message.kind == .done || message.kind == .error { return true }
      guard message.kind == TunnelLink.messageKind else { continue }
      // A device that can't be read proves nothing.
      if let link = try? TunnelLink(in: bytes, at: message.payload) { ports.insert(link.port) }
    }
  }
}

extension SnapshotBuilder {
  /// Rows that may be the kernel's own: on any address, root's, and nobody was seen to hold them. Nobody
  /// else can bind that port then: the kernel does not share it.
  private var tunnelCandidates: [Int] {
    sockets.indices.filter { row in
      let socket = sockets[row]
      let isUnseen = ownerStatus(row) == .unheld || ownerStatus(row) == .hidden
      return isUnseen && socket.kind == .udp && socket.state == .closed && socket.namespace == 0
        && socket.local.isUnspecified && socket.interface == 0 && socket.uid == 0
    }
  }

  /// Says that rows are the kernel's where that is proven.
  mutating func markTunnels(_ read: () -> Set<UInt16> = TunnelPorts.read) {
    let candidates = tunnelCandidates
    if candidates.isEmpty { return }
    let ports = read()
    for row in candidates where ports.contains(sockets[row].local.port) {
      setOwners(RowOwners(.kernel), of: row)
    }
  }
}
