/// The names of what the rows hold as numbers: carried here, looked up elsewhere. What has no entry
/// stays a number.
public struct Names: Sendable {
  public var users: [UInt32: String] = [:]
  public var services = ServiceNames()
  public var hosts: [IPAddress: String] = [:]
  public var interfaces: [InterfaceKey: String] = [:]
  /// Paths below the cgroup mount, by cgroup id.
  public var cgroups: [UInt64: String] = [:]
  public var processes: [Int32: ProcessName] = [:]
  /// Of processes that own no row; empty where nobody asked.
  public var otherProcesses: [ProcessName] = []

  public init() {}

  /// Bytes of a name as others chose them; nil where there is none.
  public func bytes(_ thing: NamedThing) -> [UInt8]? {
    switch thing {
    case .user(let uid): users[uid].map(\.rawBytes)
    case .interface(let key): interfaces[key].map(\.rawBytes)
    case .cgroup(let id): cgroups[id].map(\.rawBytes)
    case .process(let pid): processes[pid]?.name
    case .command(let pid): processes[pid]?.command.map(ProcessName.joined)
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

  public init(name: [UInt8], command: [UInt8]? = nil) {
    self.name = name
    self.command = command
  }

  /// A command line as one text: the NUL that ends each argument becomes a space.
  public static func joined(_ command: [UInt8]) -> [UInt8] {
    (command.last == 0 ? command.dropLast() : command[...]).map { $0 == 0 ? 0x20 : $0 }
  }

  /// The base name of the first argument, where the command line is known.
  public var program: ArraySlice<UInt8>? {
    guard let first = command?.split(separator: 0, maxSplits: 1).first else { return nil }
    return first.lastIndex(of: UInt8(ascii: "/")).map { first[($0 + 1)...] } ?? first
  }
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
    UInt32(kind.rawValue) << 16 | UInt32(port)
  }
}
