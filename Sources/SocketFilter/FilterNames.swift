public import SocketModel

/// The names that a filter may hold, asked of whoever can look them up. Each is asked while the
/// filter is parsed, once for each time it is written.
public protocol FilterNames {
  /// The ports of a service, of every protocol that has it; empty where nobody knows the name.
  func ports(service: String) -> Set<UInt16>
  /// All names of services, for suggestions.
  var serviceNames: [String] { get }
  func uid(user: String) -> UInt32?
  /// All names of users, for suggestions.
  var userNames: [String] { get }
  /// Whether rows of several network namespaces are asked about: then an interface is known by its name
  /// alone.
  var spansNamespaces: Bool { get }
  /// The index of an interface.
  func interface(_ name: String) -> UInt32?
  /// All names of interfaces, for suggestions.
  var interfaceNames: [String] { get }
  /// The addresses of a host name; may send packets.
  func addresses(host: String) -> [IPAddress]
  /// The id of a cgroup (v2) by its path below the mount.
  func cgroup(path: String) -> UInt64?
  /// /proc/sys/net/ipv4/ip_local_port_range: the ports that the kernel chooses from.
  var localPortRange: ClosedRange<UInt16> { get }
}

extension FilterNames {
  public var spansNamespaces: Bool { false }
}
