/// The connection of a login over ssh, as sshd leaves it in `SSH_CONNECTION` (ssh(1)): the client's
/// address and port, then the server's.
public struct SSHConnection: Hashable, Sendable {
  public let client: IPEndpoint
  public let server: IPEndpoint

  public init(client: IPEndpoint, server: IPEndpoint) {
    self.client = client
    self.server = server
  }

  /// Nil for what sshd does not write.
  public init?(_ text: Substring) {
    let words = text.split(separator: " ")
    guard words.count == 4, let client = Self.end(words[0], words[1]),
      let server = Self.end(words[2], words[3])
    else { return nil }
    self.init(client: client, server: server)
  }

  private static func end(_ address: Substring, _ port: Substring) -> IPEndpoint? {
    guard let address = IPAddress(String(address.prefix { $0 != "%" })), let port = UInt16(port)
    else { return nil }
    return IPEndpoint(address.unmapped, port)
  }

  /// Whether a socket is one of its two ends.
  public func has(_ socket: Socket) -> Bool {
    guard let local = socket.local.unmapped.ip, let remote = socket.remote.unmapped.ip else {
      return false
    }
    return (local, remote) == (server, client) || (local, remote) == (client, server)
  }
}

/// What must be known of this process and of the owners before anything is ended.
public struct EndingFacts: Hashable, Sendable {
  public let ownPID: Int32
  /// This process and all that it descends from.
  public var lineage: Set<Int32> = []
  public var kernelThreads: Set<Int32> = []
  /// Processes of other pid namespaces.
  public var foreignProcesses: Set<Int32> = []
  /// The logins over ssh that this process is in.
  public var sshConnections: Set<SSHConnection> = []
  /// Who holds these connections, as far as it was seen.
  public var sshProcesses: Set<Int32> = []

  public init(ownPID: Int32) { self.ownPID = ownPID }
}

/// Why something that matches is not ended.
public enum EndingRefusal: Hashable, Sendable {
  // Of a socket:
  /// It listens, and `--listeners` was not given.
  case listener
  /// It is the login that this process is in.
  case sshConnection
  /// A process that this one descends from holds it.
  case heldByAncestor(Int32)
  /// It listens, and the first process holds it.
  case heldByInit
  /// The kernel destroys no socket that is bound and no more.
  case boundOnly
  /// Nor one that is neither TCP nor UDP.
  case otherKind
  /// It carries a part of an MPTCP connection, which the kernel can't end.
  case multipath
  /// Over /proc nothing tells it from a later socket with the same ends.
  case withoutCookie
  // Of a process:
  case isInit
  case isSockeye
  case isAncestor
  case isKernelThread
  case isForeign
  /// It holds the login that this process is in.
  case holdsLogin
  // Of a socket without a process that could be ended:
  case hiddenOwner
  case noOwner
  /// No process has accepted it yet.
  case queued
}

extension EndingRefusal {
  /// Whether nobody would let it be ended: the kernel does not do that.
  public var isKernels: Bool {
    switch self {
    case .boundOnly, .otherKind, .multipath, .withoutCookie: true
    case .listener, .sshConnection, .heldByAncestor, .heldByInit, .isInit, .isSockeye, .isAncestor,
      .isKernelThread, .isForeign, .holdsLogin, .hiddenOwner, .noOwner, .queued:
      false
    }
  }
}

/// Which of the sockets that match are closed, and which are not.
public struct CloseChoice: Sendable {
  /// Positions in the listing.
  public private(set) var targets: [Int] = []
  public private(set) var refusals: [(row: Int, reason: EndingRefusal)] = []

  public init(_ listing: Listing, _ facts: EndingFacts, takesListeners: Bool) {
    for (position, row) in listing.enumerated() {
      if let reason = Self.refusal(of: row, facts, takesListeners: takesListeners) {
        refusals.append((position, reason))
      } else {
        targets.append(position)
      }
    }
  }

  private static func refusal(
    of row: Row, _ facts: EndingFacts, takesListeners: Bool
  ) -> EndingRefusal? {
    let socket = row.socket
    if facts.sshConnections.contains(where: { $0.has(socket) }) { return .sshConnection }
    let owners = row.owners.map(\.pid)
    if let pid = owners.first(where: { $0 != 1 && facts.lineage.contains($0) }) {
      return .heldByAncestor(pid)
    }
    if socket.kind == .mptcp { return .multipath }
    if !SocketKindSet.all.contains(socket.kind) { return .otherKind }
    if socket.isListening {
      if !takesListeners { return .listener }
      if owners.contains(1) { return .heldByInit }
    }
    if socket.state == .bound { return .boundOnly }
    if socket.cookie == 0 { return .withoutCookie }
    let layer = row.snapshot.details.text(.upperLayerName, inside: .upperLayer, of: row.index)
    if layer == "mptcp" { return .multipath }
    return nil
  }
}

/// A process that holds sockets which match.
public struct OwnerTarget: Hashable, Sendable {
  public let pid: Int32
  /// Clock ticks from the host's start to its own; nil where it had ended before it could be asked.
  public let startTime: UInt64?
  public let name: [UInt8]?
  /// The sockets, as positions in the listing, and their inodes.
  public internal(set) var rows: [Int] = []
  public internal(set) var inodes: Set<UInt64> = []
}

/// Which of the owners of the sockets that match are ended, and which are not.
public struct KillChoice: Sendable {
  /// By pid.
  public private(set) var targets: [OwnerTarget] = []
  public private(set) var refusals: [(process: OwnerTarget, reason: EndingRefusal)] = []
  /// Sockets, as positions in the listing, that no process is known to hold.
  public private(set) var unowned: [(row: Int, reason: EndingRefusal)] = []

  public init(_ listing: Listing, _ facts: EndingFacts) {
    var owners: [Int32: OwnerTarget] = [:]
    for (position, row) in listing.enumerated() {
      if let reason = Self.reasonWithoutOwner(row) {
        unowned.append((position, reason))
        continue
      }
      for owner in row.owners {
        let name = row.snapshot.names.process(owner.process)
        var target =
          owners[owner.pid]
          ?? OwnerTarget(pid: owner.pid, startTime: name?.startTime, name: name?.name)
        target.rows.append(position)
        target.inodes.insert(row.socket.inode)
        owners[owner.pid] = target
      }
    }
    // What waits at a listener goes with the process that holds that.
    unowned.removeAll { row, reason in
      reason == .queued && listing[row].owners.contains { owners[$0.pid] != nil }
    }
    for target in owners.values.sorted(by: { $0.pid < $1.pid }) {
      if let reason = Self.refusal(of: target.pid, facts) {
        refusals.append((target, reason))
      } else {
        targets.append(target)
      }
    }
  }

  private static func reasonWithoutOwner(_ row: Row) -> EndingRefusal? {
    switch row.ownerStatus {
    case .known, .partial: row.firstPID == nil ? .hiddenOwner : nil
    case .queued: .queued
    case .hidden, .notAsked: .hiddenOwner
    case .unheld, .kernel, .none: .noOwner
    }
  }

  private static func refusal(of pid: Int32, _ facts: EndingFacts) -> EndingRefusal? {
    if pid == 1 { return .isInit }
    if pid == facts.ownPID { return .isSockeye }
    if facts.lineage.contains(pid) { return .isAncestor }
    if facts.kernelThreads.contains(pid) { return .isKernelThread }
    if facts.foreignProcesses.contains(pid) { return .isForeign }
    if facts.sshProcesses.contains(pid) { return .holdsLogin }
    return nil
  }
}
