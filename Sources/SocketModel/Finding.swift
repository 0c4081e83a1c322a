/// What `check` looks for, under names that do not change; the worst first.
public enum FindingKind: String, Sendable, CaseIterable {
  case fileLimit = "file-limit"
  case queueDrops = "accept-queue-drops"
  case queueFull = "accept-queue-full"
  case ephemeralPorts = "ephemeral-ports"
  case conntrack
  case tcpMemory = "tcp-memory"
  case orphans
  case udpDrops = "udp-drops"
  case notAccepted = "not-accepted"
  case closeWait = "close-wait"
  case neverBound = "never-bound"
  case verdict

  public var name: String { rawValue }

  /// From which number on it is a finding, unless `--limit` says another.
  public var limit: Int {
    switch self {
    case .fileLimit, .conntrack: 90
    case .queueFull: 100
    case .ephemeralPorts: 80
    case .tcpMemory: 66
    case .orphans: 50
    case .queueDrops, .udpDrops, .notAccepted: 1
    case .closeWait, .neverBound: 10
    case .verdict: 3
    }
  }

  /// What it is, and what the limit counts.
  public var meaning: String {
    switch self {
    case .fileLimit: "A process has so many percent of the files open that it may (RLIMIT_NOFILE)."
    case .queueDrops: "A listener turned so many segments away in the time of --for."
    case .queueFull: "More connections wait to be accepted than so many percent of the limit."
    case .ephemeralPorts:
      "Connections to one destination take so many percent of ip_local_port_range."
    case .conntrack: "The connection tracking table is full to so many percent."
    case .tcpMemory: "TCP has so many percent of its memory (tcp_mem)."
    case .orphans: "Connections without a process are so many percent of tcp_max_orphans."
    case .udpDrops: "A UDP socket lost so many datagrams in the time of --for."
    case .notAccepted: "So many connections waited to be accepted all the time of --for."
    case .closeWait:
      "A process kept so many connections open all the time of --for that the other end has closed."
    case .neverBound: "A process holds so many TCP sockets that are in no table: never bound."
    case .verdict:
      """
      So many connections of a process have a verdict about what they send: no-reply, \
      peer-not-reading, loss, peer-buffer-small, send-buffer or rtt-inflated.
      """
    }
  }
}

/// Something that is wrong on a host, and the evidence.
public struct Finding: Hashable, Sendable {
  /// Whose it is.
  public enum Owner: Hashable, Sendable {
    case process(ProcessKey)
    case hidden(uid: UInt32?)
    case nobody
  }

  public let kind: FindingKind
  public var owner: Owner?
  /// The listener or the UDP socket, or an end of the connections.
  public var socket: Socket?
  public var verdict: Verdict?
  /// What was counted; it reached `limit`.
  public var count: Int
  /// Of how many: a queue's or a process's limit.
  public var total: Int?
  public var limit: Int
  /// In milliseconds: how old the oldest is at least.
  public var age: UInt64?

  init(_ kind: FindingKind, count: Int, limit: Int) {
    self.kind = kind
    self.count = count
    self.limit = limit
  }
}

/// What is known of a host beside its sockets. What could not be read is nil.
public struct HostFacts: Sendable {
  /// A number, and the most that it may be.
  public struct Use: Hashable, Sendable {
    public let count: Int
    public let limit: Int

    public init(_ count: Int, of limit: Int) {
      self.count = count
      self.limit = limit
    }
  }

  public var orphans: Use?
  /// In pages.
  public var tcpMemory: Use?
  public var conntrack: Use?
  public var ephemeralPorts: ClosedRange<UInt16>?
  /// Open files, by process.
  public var files: [Int32: Use] = [:]
  /// TCP sockets that are in no table, by process.
  public var neverBound: [Int32: Int] = [:]
  /// Whether processes are there that could not be looked at.
  public var hidesProcesses = false
  /// A file that is there and could not be read, by what it would have told.
  public var unread: [FindingKind: String] = [:]

  public init() {}
}
