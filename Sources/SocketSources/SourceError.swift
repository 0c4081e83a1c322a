public import LinuxSystem

/// Why a source has no table to give. A bad line or message is no such error: it costs itself alone.
public enum SourceError: Error, Hashable, Sendable {
  /// A file or folder that must be there can't be read.
  case unreadable(path: String, Errno)
  /// The kernel refuses netlink sock_diag (a sandbox, an old kernel): /proc may still answer.
  case refused(Errno)
  /// What came is not what the kernel writes; `at` says where, in words.
  case malformed(at: String, String)
  /// This source can't answer the question; says which can.
  case unanswerable(String)
}
