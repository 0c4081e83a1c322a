internal import Glibc

/// Running another program in place of this one.
public enum Executable {
  /// execvp(3), with SIGPIPE as a program expects it; returns only where that failed.
  public static func replaceProcess(_ command: [String]) -> Errno {
    _ = signal(SIGPIPE, SIG_DFL)
    var arguments = unsafe command.map { unsafe $0.withRawCString { unsafe strdup($0) } } + [nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    guard let program = unsafe arguments[0] else { return .invalidArgument }
    unsafe execvp(program, &arguments)
    return Errno.last
  }
}
