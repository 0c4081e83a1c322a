import SocketModel

/// A socket table of ss (`-A`), in the order of its numbers.
enum SSTable: CaseIterable {
  case tcp, mptcp, dccp, udp, raw, unixDatagram, unixStream, unixSeqpacket, packetDatagram
  case packetRaw, netlink, sctp, vsockStream, vsockDatagram, tipc, xdp

  /// The rows that answer for it; nil for a table that is the real tool's. (Its netlink rows name the
  /// process that a port is called after, and it is one of them.)
  var kind: SocketKind? {
    switch self {
    case .tcp: .tcp
    case .udp: .udp
    case .mptcp: .mptcp
    case .raw: .raw
    case .packetDatagram: .packetDatagram
    case .packetRaw: .packetRaw
    case .unixStream: .unixStream
    case .unixDatagram: .unixDatagram
    case .unixSeqpacket: .unixSeqpacket
    case .dccp, .netlink, .sctp, .vsockStream, .vsockDatagram, .tipc, .xdp: nil
    }
  }

  /// The sockets that must not be there where it is asked for beside others; nil where it is answered.
  var unlisted: UnlistedSockets? {
    switch self {
    case .dccp: .dccp
    case .sctp: .sctp
    case .vsockStream, .vsockDatagram: .vsock
    case .tipc: .tipc
    case .xdp: .xdp
    case .netlink: .netlink
    case .tcp, .udp, .mptcp, .raw, .packetDatagram, .packetRaw, .unixStream, .unixDatagram,
      .unixSeqpacket:
      nil
    }
  }

  /// The families that have it.
  var families: Set<SSFamily> {
    switch self {
    case .tcp, .mptcp, .dccp, .udp, .raw, .sctp: [.inet, .inet6]
    case .unixDatagram, .unixStream, .unixSeqpacket: [.unix]
    case .packetDatagram, .packetRaw: [.link]
    case .netlink: [.netlink]
    case .vsockStream, .vsockDatagram: [.vsock]
    case .tipc: [.tipc]
    case .xdp: [.xdp]
    }
  }

  /// The states that are listed where nothing says which.
  var states: StateSet {
    switch self {
    case .tcp, .mptcp, .dccp, .sctp, .unixStream, .unixSeqpacket, .vsockStream, .vsockDatagram:
      .ssConnected
    case .udp, .raw: StateSet(.established)
    case .unixDatagram, .packetDatagram, .packetRaw, .netlink, .xdp: StateSet(.closed)
    case .tipc: StateSet(.established, .listening, .closed)
    }
  }

  /// The states that its rows can have.
  var rows: StateSet {
    switch self {
    case .netlink, .packetDatagram, .packetRaw, .xdp: StateSet(.closed)
    case .tcp, .mptcp, .dccp, .udp, .raw, .unixDatagram, .unixStream, .unixSeqpacket, .sctp,
      .vsockStream, .vsockDatagram, .tipc:
      .all
    }
  }

  /// What a word after `-A` names; empty for none.
  static func named(_ name: String) -> [SSTable] {
    switch name {
    case "all": allCases.filter { $0 != .tipc }
    case "inet": [.udp, .dccp, .tcp, .mptcp, .sctp, .raw]
    case "tcp": [.tcp]
    case "udp": [.udp]
    case "mptcp": [.mptcp]
    case "dccp": [.dccp]
    case "sctp": [.sctp]
    case "raw": [.raw]
    case "unix": [.unixStream, .unixDatagram, .unixSeqpacket]
    case "unix_stream", "u_str": [.unixStream]
    case "unix_dgram", "u_dgr": [.unixDatagram]
    case "unix_seqpacket", "u_seq": [.unixSeqpacket]
    case "packet": [.packetRaw, .packetDatagram]
    case "packet_raw", "p_raw": [.packetRaw]
    case "packet_dgram", "p_dgr": [.packetDatagram]
    case "netlink": [.netlink]
    case "tipc": [.tipc]
    case "vsock": [.vsockStream, .vsockDatagram]
    case "vsock_stream", "v_str": [.vsockStream]
    case "vsock_dgram", "v_dgr": [.vsockDatagram]
    case "xdp": [.xdp]
    default: []
    }
  }
}

/// An address family of ss (`-f`).
enum SSFamily: String, CaseIterable {
  case inet, inet6, unix, link, netlink, vsock, tipc, xdp

  /// The tables that are asked for with it where none of them is.
  var tables: Set<SSTable> { Set(SSTable.allCases.filter { $0.families.contains(self) }) }

  var states: StateSet {
    switch self {
    case .inet, .inet6, .unix, .vsock: .ssConnected
    case .link, .netlink, .xdp: StateSet(.closed)
    case .tipc: SSTable.tipc.states
    }
  }
}

extension StateSet {
  /// All of ss's: those up to CLOSING. A bound socket is in none of them.
  static let ssAll = StateSet(rawValue: 1 << 12 - 1)

  /// ss's default: what carries data now.
  static let ssConnected = ssAll.subtracting(
    StateSet(.listening, .closed, .timeWait, .synReceived))

  /// What a word after `state` means to ss; nil for one that it refuses.
  init?(ssName name: String) {
    switch name.lowercased() {
    case "all": self = .ssAll
    case "connected": self = .ssAll.subtracting(StateSet(.closed, .listening))
    case "synchronized": self = .ssAll.subtracting(StateSet(.closed, .listening, .synSent))
    case "bucket": self = StateSet(.synReceived, .timeWait)
    case "big": self = .ssAll.subtracting(StateSet(.synReceived, .timeWait))
    case "established": self = StateSet(.established)
    case "syn-sent": self = StateSet(.synSent)
    case "syn-recv", "syn-rcv": self = StateSet(.synReceived)
    case "fin-wait-1": self = StateSet(.finWait1)
    case "fin-wait-2": self = StateSet(.finWait2)
    case "time-wait": self = StateSet(.timeWait)
    case "unconnected", "close", "closed": self = StateSet(.closed)
    case "close-wait": self = StateSet(.closeWait)
    case "last-ack": self = StateSet(.lastAck)
    case "listening": self = StateSet(.listening)
    case "closing": self = StateSet(.closing)
    default: return nil
    }
  }
}
