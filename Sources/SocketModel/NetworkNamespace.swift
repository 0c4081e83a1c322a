/// A network namespace that rows are of.
public struct NetworkNamespace: Hashable, Sendable {
  /// Of its file in nsfs (`/proc/<pid>/ns/net`); nil where nobody looked.
  public var inode: UInt64?

  public init(inode: UInt64? = nil) { self.inode = inode }
}
