/// The names of what the rows hold as numbers: carried here, looked up elsewhere. What has no entry
/// stays a number.
public struct Names: Sendable {
  public var users: [UInt32: String] = [:]
  public var services = ServiceNames()
  public var hosts: [IPAddress: String] = [:]
  public var interfaces: [InterfaceKey: String] = [:]
  /// By id. What has none here is gone, or cannot be seen from here.
  public var cgroups: [UInt64: CgroupName] = [:]
  /// Of network namespaces, by inode.
  public var namespaces: [UInt64: String] = [:]
  /// Of unix sockets, by number: see `UnixName`.
  public var unix: [UInt64: String] = [:]
  public var processes: [Int32: ProcessName] = [:]
  /// Where and when the snapshot was taken that has these names, as far as is known.
  public internal(set) var origins: [Origin: String] = [:]
  /// Of every process that runs but ourselves, whatever it holds; empty where nobody asked.
  public var runningProcesses: [Int32: ProcessName] = [:]
  /// Processes that rows of earlier snapshots had, and whose pids have gone to others.
  private var former: [ProcessKey: ProcessName] = [:]
  private var lastFormer: ProcessKey?
  /// Processes whose names could not be read although they have one.
  public var unreadProcesses: UnreadProcesses?
  /// Users, interfaces and cgroups whose names could not be looked up: they may have any.
  public var unreadNames: UnreadNames?

  public init() {}

  /// Nil for one that ended before it could be asked, and for one that could not be read.
  public func process(_ key: ProcessKey) -> ProcessName? {
    key.former == 0 ? processes[key.pid] : former[key]
  }

  /// What each process that has a name answers, those of earlier snapshots' rows as well.
  public func judged<Answer>(_ answer: (ProcessName) -> Answer) -> [ProcessKey: Answer] {
    var answers: [ProcessKey: Answer] = [:]
    answers.reserveCapacity(processes.count + former.count)
    for (pid, name) in processes { answers[ProcessKey(pid)] = answer(name) }
    for (process, name) in former { answers[process] = answer(name) }
    return answers
  }

  /// Changes what processes are called, in an order that is the same each time.
  mutating func mapProcesses(_ change: (ProcessName) -> ProcessName) {
    for (pid, name) in processes.sorted(by: { $0.key < $1.key }) { processes[pid] = change(name) }
    for (key, name) in former.sorted(by: { $0.key < $1.key }) { former[key] = change(name) }
  }

  /// The same process among these names: what has the pid here, if anything (`isTaken`), may be a
  /// younger one.
  mutating func adopt(_ key: ProcessKey, of other: Names, isTaken: Bool) -> ProcessKey {
    guard let name = other.process(key) else { return ProcessKey(key.pid) }
    let present = processes[key.pid]
    if present == nil && !isTaken { processes[key.pid] = name }
    if present?.startTime ?? (isTaken ? nil : name.startTime) == name.startTime {
      return ProcessKey(key.pid)
    }
    return addFormer(key.pid, name)
  }

  /// A process whose pid is another's by now.
  mutating func addFormer(_ pid: Int32, _ name: ProcessName) -> ProcessKey {
    // Rows of one process come together.
    if let lastFormer, lastFormer.pid == pid, former[lastFormer] == name { return lastFormer }
    let adopted = ProcessKey(pid, former: UInt32(clamping: former.count + 1))
    former[adopted] = name
    lastFormer = adopted
    return adopted
  }

  /// Bytes of a name as others chose them; nil where there is none.
  public func bytes(_ thing: NamedThing) -> [UInt8]? {
    switch thing {
    case .user(let uid): users[uid].map(\.rawBytes)
    case .interface(let key): interfaces[key].map(\.rawBytes)
    case .cgroup(let id): cgroups[id]?.path.rawBytes
    case .unit(let id): cgroups[id]?.unit?.rawBytes
    case .container(let id): cgroups[id]?.container?.rawBytes
    case .namespace(let inode): namespaces[inode].map(\.rawBytes)
    case .process(let key): process(key)?.name
    case .command(let key): process(key)?.command.map(ProcessName.joined)
    case .forward(let key): process(key)?.forwardsTo.map { Array("\($0)".utf8) }
    case .unix(let number): unix[number]?.rawBytes
    case .verdict(let verdict): Array(verdict.name.utf8)
    case .origin(let origin): origins[origin]?.rawBytes
    }
  }
}

extension Socket {
  /// Nil where it is bound to none.
  public var interfaceKey: InterfaceKey? {
    interface == 0 ? nil : InterfaceKey(namespace: namespace, index: interface)
  }
}

/// What a process is called. The bytes are the process's own choice: escape before showing.
public struct ProcessName: Hashable, Sendable {
  /// `comm`: at most 15 bytes, any but NUL.
  public var name: [UInt8]
  /// `/proc/<pid>/cmdline`, arguments ended by NUL; nil where it was not asked or is empty.
  public var command: [UInt8]?
  /// Whether the command line was asked for, and was refused.
  public var commandIsUnread = false
  /// Whether its program's file is gone; nil where that was not asked, or could not be seen.
  public var exeIsDeleted: Bool?
  /// Of a docker-proxy.
  public var forwardsTo: IPEndpoint?
  /// Clock ticks from the host's start to the process's; with the pid it tells it from any other.
  public var startTime: UInt64

  public init(name: [UInt8], command: [UInt8]? = nil, startTime: UInt64 = 0) {
    self.name = name
    self.command = command
    self.startTime = startTime
  }

  /// A command line as one text: the NUL that ends each argument becomes a space.
  public static func joined(_ command: [UInt8]) -> [UInt8] {
    (command.last == 0 ? command.dropLast() : command[...]).map { $0 == 0 ? 0x20 : $0 }
  }

  /// What docker-proxy holds a published port open for, by its arguments; nil for any other command.
  public static func forwarding(_ command: [UInt8]) -> IPEndpoint? {
    let words = command.split(separator: 0, omittingEmptySubsequences: false)
    func value(_ option: String) -> String? {
      guard let place = words.firstIndex(where: { $0.elementsEqual(option.utf8) }),
        place + 1 < words.count
      else { return nil }
      return String(decoding: words[place + 1], as: UTF8.self)
    }
    guard let address = value("-container-ip").flatMap({ IPAddress($0) }),
      let port = value("-container-port").flatMap({ UInt16($0) })
    else { return nil }
    return IPEndpoint(address, port)
  }

  /// The base name of the first argument, where the command line is known.
  public var program: ArraySlice<UInt8>? {
    guard let first = command?.split(separator: 0, maxSplits: 1).first else { return nil }
    return first.lastIndex(of: UInt8(ascii: "/")).map { first[($0 + 1)...] } ?? first
  }
}

/// Processes that are there and whose names /proc does not give us.
public struct UnreadProcesses: Hashable, Sendable {
  public var pids: Set<Int32>
  /// The first file that could not be read, and why, as in `/proc/812/stat: Permission denied`.
  public let reason: String
  public let obstacle: Obstacle

  /// What was in the way, and so what would help.
  public enum Obstacle: Hashable, Sendable {
    case rights
    /// As many files as may be are open.
    case limit
    case other
  }

  public init(_ pids: Set<Int32>, reason: String, _ obstacle: Obstacle) {
    self.pids = pids
    self.reason = reason
    self.obstacle = obstacle
  }

  /// Without a full stop, as a notice.
  public var sentence: String {
    "the \(pids.count == 1 ? "name of 1 process" : "names of \(pids.count) processes") "
      + "can't be read (\(reason))"
  }
}

/// What has a name, or none, and nobody could find out.
public struct UnreadNames: Hashable, Sendable {
  private var things: Set<NamedThing> = []
  /// Whether nothing could be looked up.
  private var isOfAll = false
  /// Of the first of them, as in `the name of user 33 can't be looked up (Too many open files)`.
  public let sentence: String

  /// Nothing has a name, for the reason that the sentence gives.
  public init(allFor sentence: String) {
    self.sentence = sentence
    isOfAll = true
  }

  public init(_ thing: NamedThing, reason: String) {
    things = [thing]
    let what =
      switch thing {
      case .user(let uid): "user \(uid)"
      case .interface(let key): "interface \(key.index)"
      case .cgroup(let id), .unit(let id), .container(let id): "cgroup \(id)"
      case .namespace(let inode): "network namespace \(inode)"
      case .process(let key), .command(let key), .forward(let key): "process \(key.pid)"
      case .unix: "a unix socket"
      case .verdict(let verdict): verdict.name
      case .origin(let origin): "\(origin)"
      }
    sentence = "the name of \(what) can't be looked up (\(reason))"
  }

  public mutating func add(_ thing: NamedThing) { things.insert(thing) }

  public func contains(_ thing: NamedThing) -> Bool { isOfAll || things.contains(thing) }
}

/// Names of ports, as /etc/services has them.
public struct ServiceNames: Sendable {
  private var names: [UInt32: String] = [:]
  private var ports: [String: Set<UInt16>] = [:]

  public init() {}

  /// The first name of a port counts, as in services(5).
  public mutating func add(_ name: String, port: UInt16, _ kind: SocketKind) {
    if names[Self.key(port, kind)] == nil { names[Self.key(port, kind)] = name }
    ports[name, default: []].insert(port)
  }

  public func name(_ port: UInt16, _ kind: SocketKind) -> String? {
    names[Self.key(port, kind)]
  }

  /// The ports of a name or alias; empty where there is none.
  public func ports(_ name: String) -> Set<UInt16> { ports[name] ?? [] }

  /// All names and aliases.
  public var all: [String] { Array(ports.keys) }

  public var isEmpty: Bool { names.isEmpty }

  private static func key(_ port: UInt16, _ kind: SocketKind) -> UInt32 {
    UInt32((kind.serviceKind ?? kind).rawValue) << 16 | UInt32(port)
  }
}
