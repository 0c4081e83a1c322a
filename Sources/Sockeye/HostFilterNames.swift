internal import LinuxSystem
public import SocketFilter
public import SocketModel
internal import SocketSources

/// The names in a filter, looked up on this host.
public struct HostFilterNames: FilterNames {
  /// Whether hosts are looked up, which may send packets and take seconds.
  private let resolvesHosts: Bool
  /// How long one host's lookup may take; nil: as long as the name servers take.
  public var lookupLimit: Duration?

  public let spansNamespaces: Bool

  public init(
    resolvesHosts: Bool = true, lookupLimit: Duration? = nil, spansNamespaces: Bool = false
  ) {
    self.spansNamespaces = spansNamespaces
    self.resolvesHosts = resolvesHosts
    self.lookupLimit = lookupLimit
  }

  public func ports(service: String) -> Set<UInt16> { Services.ports(named: service) }

  public var serviceNames: [String] { Services.all().all }

  public func uid(user: String) -> UInt32? { Accounts.uid(name: user) }

  // To list all users may take a directory server minutes: a suggestion is not worth that.
  public var userNames: [String] { [] }

  public func interface(_ name: String) -> UInt32? { Host.interfaceIndex(name) }

  public var interfaceNames: [String] { Host.interfaceNames }

  public func addresses(host: String) -> [IPAddress] {
    if !resolvesHosts { return [] }
    let found = try? Resolver.addresses(of: host, port: 0, within: lookupLimit)
    return found?.map(\.endpoint.address) ?? []
  }

  public func cgroup(path: String) -> UInt64? { CgroupPaths.id(of: path) }

  public var localPortRange: ClosedRange<UInt16> {
    // inet_csk_get_port's default, net/ipv4/af_inet.c.
    let standard: ClosedRange<UInt16> = 32768...60999
    guard
      let bytes = try? FileDescriptor.contents(of: "/proc/sys/net/ipv4/ip_local_port_range")
    else { return standard }
    let ends = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
      .compactMap { UInt16($0) }
    return ends.count == 2 && ends[0] <= ends[1] ? ends[0]...ends[1] : standard
  }
}
