internal import LinuxSystem
public import SocketModel

/// The network namespaces that events are asked of.
public struct TracedNamespaces: Sendable {
  /// Ours.
  public let own: NetworkNamespace
  /// Nil for all.
  public let inodes: [UInt64]?
  /// By inode; none where our own is asked about alone.
  public let names: [UInt64: String]

  public init(_ scope: NamespaceScope) throws(SourceError) {
    own = NetworkNamespaces.current()
    switch scope {
    case .own:
      inodes = own.inode.map { [$0] }
      if let inode = own.inode, let name = own.name { names = [inode: name] } else { names = [:] }
    case .named, .everywhere:
      var containers = NamespaceContainers()
      let found = try NetworkNamespaces.search(scope, nil, &containers).found.map(\.namespace)
      inodes = scope == .everywhere ? nil : found.compactMap(\.inode)
      names = Dictionary(
        found.compactMap { namespace in
          namespace.inode.flatMap { inode in namespace.name.map { (inode, $0) } }
        }, uniquingKeysWith: { $1 })
    }
  }
}
