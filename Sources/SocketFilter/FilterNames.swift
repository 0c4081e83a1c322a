public import SocketModel

/// The names that a filter may hold, asked of whoever can look them up. Each is asked while the
/// filter is parsed, once for each time it is written. A lookup that fails says nothing of whether
/// there is such a name.
public protocol FilterNames {
  /// The ports of a service, of every protocol that has it; empty where nobody knows the name.
  func ports(service: String) throws(LookupFailure) -> Set<UInt16>
  /// All names of services, for suggestions.
  var serviceNames: [String] { get }
  func uid(user: String) throws(LookupFailure) -> UInt32?
  /// All names of users, for suggestions.
  var userNames: [String] { get }
  /// Whether rows of several network namespaces are asked about: then an interface is known by its name
  /// alone.
  var spansNamespaces: Bool { get }
  /// Whether the rows are this host's: those of a file have names of their own, which are compared as they are.
  var isOfThisHost: Bool { get }
  /// The index of an interface.
  func interface(_ name: String) throws(LookupFailure) -> UInt32?
  /// All names of interfaces, for suggestions.
  var interfaceNames: [String] { get }
  /// The addresses of a host name; may send packets.
  func addresses(host: String) -> [IPAddress]
  /// The id of a cgroup (v2) by its path below the mount.
  func cgroup(path: String) throws(LookupFailure) -> UInt64?
  /// /proc/sys/net/ipv4/ip_local_port_range: the ports that the kernel chooses from.
  func localPortRange() throws(LookupFailure) -> ClosedRange<UInt16>
}

/// Why nobody knows whether there is a name.
public struct LookupFailure: Error, Hashable, Sendable {
  /// The cause, and what helps, without a full stop.
  public let reason: String

  public init(_ reason: String) { self.reason = reason }
}

extension FilterNames {
  public var spansNamespaces: Bool { false }
  public var isOfThisHost: Bool { true }
}
