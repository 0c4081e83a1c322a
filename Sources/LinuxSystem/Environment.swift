internal import Glibc

/// What the environment says (environ(7)).
public enum Environment {
  /// getenv(3); nil where it is not set.
  public static subscript(name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }

  /// getpid(2).
  public static var processID: Int32 { getpid() }
}
