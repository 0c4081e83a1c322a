public import LinuxSystem

/// Why a source has no table to give. A bad line or message is no such error: it costs itself alone.
public enum SourceError: Error, Hashable, Sendable {
  /// A file or directory that must be there can't be read.
  case unreadable(path: String, Errno)
  /// It is there, but no file that such a table can be.
  case unsuitable(path: String, FileFailure)
  /// The kernel refuses netlink sock_diag (a sandbox, an old kernel): /proc may still answer.
  case refused(Errno)
  /// What came is not what the kernel writes; `at` says where, in words.
  case malformed(at: String, String)
  /// A network namespace that was named can't be entered.
  case closedNamespace(String, path: String, FileFailure)
  /// The recording that was asked for can't be written.
  case unrecorded(Errno)

  /// Whether it may be otherwise in a moment: a lack of memory or of descriptors, not the kernel's, or
  /// a sandbox's, last word on who may use netlink.
  public var isPassing: Bool {
    guard case .refused(let errno) = self else { return false }
    let refusals: [Errno] = [
      .notPermitted, .accessDenied, .protocolNotSupported, .familyNotSupported, .noSuchFile,
      .notSupported, .invalidArgument,
    ]
    return !refusals.contains(errno)
  }
}

extension SourceError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let path, let errno): "can't read \(path): \(errno)"
    case .unsuitable(let path, let failure): "can't read \(path): \(failure)"
    case .refused(let errno):
      "netlink sock_diag refused: \(errno); --source proc reads /proc/net instead"
    case .malformed(let place, let problem): "\(place): \(problem)"
    case .closedNamespace(let name, let path, .system(.noSuchFile)):
      "no network namespace '\(name)': there is no \(path)"
    case .closedNamespace(let name, let path, .system(.invalidArgument)),
      .closedNamespace(let name, let path, .kind):
      "no network namespace '\(name)': \(path) is not one"
    case .closedNamespace(let name, _, let failure):
      "can't enter the network namespace '\(name)': \(failure)"
    case .unrecorded(let errno): "can't write the recording: \(errno)"
    }
  }
}
