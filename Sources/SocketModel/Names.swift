/// The names of what the rows hold as numbers: carried here, looked up elsewhere. What has no entry
/// stays a number.
public struct Names: Sendable {
  public var users: [UInt32: String] = [:]
  public var services = ServiceNames()
  public var hosts: [IPAddress: String] = [:]
  public var interfaces: [UInt32: String] = [:]
  /// Paths below the cgroup mount, by cgroup id.
  public var cgroups: [UInt64: String] = [:]
  public var processes: [Int32: ProcessName] = [:]

  public init() {}
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
  public mutating func add(_ name: String, port: UInt16, _ transport: TransportProtocol) {
    if names[Self.key(port, transport)] == nil { names[Self.key(port, transport)] = name }
    ports[name, default: []].insert(port)
  }

  public func name(_ port: UInt16, _ transport: TransportProtocol) -> String? {
    names[Self.key(port, transport)]
  }

  /// The ports of a name or alias; empty where there is none.
  public func ports(_ name: String) -> Set<UInt16> { ports[name] ?? [] }

  /// All names and aliases.
  public var all: [String] { Array(ports.keys) }

  public var isEmpty: Bool { names.isEmpty }

  private static func key(_ port: UInt16, _ transport: TransportProtocol) -> UInt32 {
    UInt32(transport.rawValue) << 16 | UInt32(port)
  }
}
