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
  public let isOfThisHost: Bool

  public init(
    resolvesHosts: Bool = true, lookupLimit: Duration? = nil, spansNamespaces: Bool = false,
    isOfThisHost: Bool = true
  ) {
    self.isOfThisHost = isOfThisHost
    self.spansNamespaces = spansNamespaces
    self.resolvesHosts = resolvesHosts
    self.lookupLimit = lookupLimit
  }

  public func ports(service: String) throws(LookupFailure) -> Set<UInt16> {
    try Self.found { () throws(Errno) in try Services.ports(named: service) }
  }

  public var serviceNames: [String] { Services.all().all }

  public func uid(user: String) throws(LookupFailure) -> UInt32? {
    try Self.found { () throws(Errno) in try Accounts.uid(name: user) }
  }

  // To list all users may take a directory server minutes: a suggestion is not worth that.
  public var userNames: [String] { [] }

  public func interface(_ name: String) throws(LookupFailure) -> UInt32? {
    try Self.found { () throws(Errno) in try Host.interfaceIndex(name) }
  }

  public var interfaceNames: [String] { Host.interfaceNames }

  public func addresses(host: String) -> [IPAddress] {
    if !resolvesHosts { return [] }
    let found = try? Resolver.addresses(of: host, port: 0, within: lookupLimit)
    return found?.map(\.endpoint.address) ?? []
  }

  public func cgroup(path: String) throws(LookupFailure) -> UInt64? {
    do throws(CgroupPaths.Failure) {
      return try CgroupPaths.id(of: path)
    } catch {
      throw LookupFailure("\(error)" + error.errno.remedy)
    }
  }

  public func localPortRange() throws(LookupFailure) -> ClosedRange<UInt16> {
    do throws(Errno) {
      if let range = try LocalPortSettings.range() { return range }
    } catch {
      throw LookupFailure("\(LocalPortSettings.rangePath): \(error)" + error.remedy)
    }
    throw LookupFailure("\(LocalPortSettings.rangePath) holds no two ports")
  }

  private static func found<Found>(
    _ look: () throws(Errno) -> Found
  ) throws(LookupFailure) -> Found {
    do throws(Errno) {
      return try look()
    } catch {
      throw LookupFailure("\(error)" + error.remedy)
    }
  }
}

extension Errno {
  /// What helps, where it is known.
  fileprivate var remedy: String {
    switch self {
    case .tooManyFiles: "; raise the limit of open files (ulimit -n)"
    case .tooManyFilesOnHost: "; raise the host's limit of open files (sysctl fs.file-max)"
    default: ""
    }
  }
}
