internal import Glibc

/// What the environment says (environ(7)).
public enum Environment {
  /// getenv(3); nil where it is not set.
  public static subscript(name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }

  /// setenv(3): for this process, and what it becomes.
  public static func set(_ name: String, to value: String) {
    _ = unsafe setenv(name, value, 1)
  }

  /// The command line; a word need not be UTF-8. Empty where /proc, which Swift reads it from, is not
  /// mounted.
  public static var arguments: [String] {
    (0..<Int(CommandLine.argc)).compactMap { index in
      unsafe CommandLine.unsafeArgv[index].map { unsafe String(rawCString: $0) }
    }
  }

  /// getpid(2).
  public static var processID: Int32 { getpid() }
}
