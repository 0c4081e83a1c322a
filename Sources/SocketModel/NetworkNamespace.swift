/// A network namespace that rows are of (network_namespaces(7)).
public struct NetworkNamespace: Hashable, Sendable {
  /// Of its file in nsfs (`/proc/<pid>/ns/net`); nil where nobody looked.
  public var inode: UInt64?
  /// A number that no other gets until the host starts again; nil before Linux 5.14 and over /proc.
  public var cookie: UInt64?
  /// What it is called in /run/netns or /run/docker/netns, else the container that a process of it is in;
  /// nil where neither is.
  public var name: String?

  public init(inode: UInt64? = nil, cookie: UInt64? = nil, name: String? = nil) {
    self.inode = inode
    self.cookie = cookie
    self.name = name
  }
}

/// Which network namespaces are asked about.
public enum NamespaceScope: Hashable, Sendable {
  /// The one that the caller is in.
  case own
  /// These, each by its name in /run/netns, by the pid of a process in it, or by a path.
  case named([String])
  /// Every one that a process is in or that has a name.
  case everywhere
}
