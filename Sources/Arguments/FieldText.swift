public import SocketModel

extension Field {
  /// What the field holds, with its unit, in one sentence.
  public var explanation: String {
    switch self {
    case .proto: "tcp or udp."
    case .family: "ipv4 or ipv6; a v4-mapped row is ipv6."
    case .localAddress: "The address of this end."
    case .localPort: "The port of this end."
    case .remoteAddress: "The address of the other end; unspecified where there is none."
    case .remotePort: "The port of the other end; 0 where there is none."
    case .interface: "The interface that the socket is bound to, or its address's zone."
    case .state: "The state, as listed under STATES."
    case .receiveQueue: "Bytes not yet read; for a listener, connections not yet accepted."
    case .sendQueue: "Bytes not yet acknowledged; for a listener, the limit of its queue."
    case .uid: "The user's number; unknown for TIME_WAIT and connections not yet accepted."
    case .user: "The user's name."
    case .inode: "The socket's number, as in /proc/PID/fd."
    case .ownerStatus: "known, queued, none or hidden."
    case .pid: "The lowest pid among the owners."
    case .process: "The name of that process."
    case .command: "Its command line."
    case .fds: "Its descriptors of the socket."
    case .timer: "The timer that runs: on (retransmit), keepalive, timewait, persist or off."
    case .timerExpires: "Milliseconds until it fires."
    case .timerRetransmits: "Retransmissions or probes without an answer so far."
    case .cookie: "The kernel's name for the socket, never used again."
    case .v6only: "Whether an IPv6 socket refuses IPv4."
    case .cgroup: "The path of the socket's control group."
    case .mark: "The firewall mark (SO_MARK); told to CAP_NET_ADMIN alone."
    case .tos: "The type of service of IPv4."
    case .trafficClass: "The traffic class of IPv6."
    case .shutdown: "Which directions are shut down: 1 receiving, 2 sending, 3 both."
    case .congestion: "The congestion control algorithm."
    case .txBytes: "Payload bytes sent, without retransmissions."
    case .rxBytes: "Payload bytes received."
    case .tcpInfo(let field): field.explanation
    case .memory(let field): field.explanation
    }
  }
}

extension SocketMemory.Field {
  fileprivate var explanation: String {
    switch self {
    case .rmem_alloc: "Memory of what waits to be read, in bytes."
    case .rcvbuf: "The limit of the receive buffer, in bytes."
    case .wmem_alloc: "Memory of what was handed to the network and is still held, in bytes."
    case .sndbuf: "The limit of the send buffer, in bytes."
    case .fwd_alloc: "Memory reserved and not used, in bytes."
    case .wmem_queued: "Memory of what waits to be sent or acknowledged, in bytes."
    case .optmem: "Memory of socket options, in bytes."
    case .backlog: "Memory of packets that wait while the socket is locked, in bytes."
    case .drops: "Datagrams lost; for a listener, connections turned away."
    }
  }
}
