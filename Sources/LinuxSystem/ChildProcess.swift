internal import CLinux
internal import Glibc

/// A program that this process started (posix_spawnp(3)), and waits for.
public struct ChildProcess: ~Copyable {
  public let pid: Int32
  private let handle: ProcessHandle

  /// How it ended.
  public enum End: Hashable, Sendable {
    case code(Int32)
    case signal(Int32)

    /// As a shell has it.
    public var status: Int32 {
      switch self {
      case .code(let code): code
      case .signal(let signal): 128 + signal
      }
    }
  }

  /// Starts it with no signal blocked and SIGPIPE as a program expects it; as another user where one is
  /// named, which takes root.
  public init(_ command: [String], as user: Accounts.Identity? = nil) throws(Errno) {
    let result: Result<Int32, Errno>
    if let user {
      // A thread has an identity of its own, and what it starts inherits that.
      let box = Locked<Result<Int32, Errno>>(.failure(.invalidArgument))
      let thread = try Thread {
        let outcome = Result { () throws(Errno) in
          try user.takeOn()
          return try Self.spawn(command, user.environment)
        }
        box.withLock { $0 = outcome }
      }
      thread.join()
      result = box.withLock { $0 }
    } else {
      result = Result { () throws(Errno) in try Self.spawn(command, [:]) }
    }
    let started = try result.get()
    let handle = try ProcessHandle(started)
    pid = started
    self.handle = handle
  }

  /// For poll(2): readable once it has ended.
  public var descriptor: Int32 { handle.descriptor }

  public func send(_ signal: Signal) { try? handle.send(signal) }

  /// Nil while it runs (waitpid(2)).
  public func end() -> End? {
    var status: Int32 = 0
    guard unsafe waitpid(pid, &status, WNOHANG) == pid else { return nil }
    let signal = status & 0x7f
    return signal == 0 ? .code(status >> 8 & 0xff) : .signal(signal)
  }

  private static func spawn(
    _ command: [String], _ changes: [String: String]
  ) throws(Errno) -> Int32 {
    var attributes = posix_spawnattr_t()
    var (mask, defaults) = (sigset_t(), sigset_t())
    _ = unsafe posix_spawnattr_init(&attributes)
    defer { _ = unsafe posix_spawnattr_destroy(&attributes) }
    _ = unsafe sigemptyset(&mask)
    _ = unsafe sigemptyset(&defaults)
    _ = unsafe sigaddset(&defaults, SIGPIPE)
    _ = unsafe posix_spawnattr_setsigmask(&attributes, &mask)
    _ = unsafe posix_spawnattr_setsigdefault(&attributes, &defaults)
    _ = unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var arguments = unsafe command.map { unsafe $0.withRawCString { unsafe strdup($0) } } + [nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    var variables =
      unsafe environment(changes).map {
        unsafe $0.withRawCString { unsafe strdup($0) }
      } + [nil]
    defer { unsafe variables.forEach { unsafe free($0) } }
    guard let program = unsafe arguments[0] else { throw .invalidArgument }
    var pid: pid_t = 0
    let error = unsafe posix_spawnp(&pid, program, nil, &attributes, &arguments, &variables)
    if error != 0 { throw Errno(rawValue: error) }
    return pid
  }

  /// Ours with some variables set.
  private static func environment(_ changes: [String: String]) -> [String] {
    var words: [String] = []
    var next = unsafe environ
    while let entry = unsafe next.pointee {
      let word = unsafe String(rawCString: entry)
      if changes[String(word.prefix { $0 != "=" })] == nil { words.append(word) }
      unsafe next += 1
    }
    return words + changes.map { "\($0)=\($1)" }
  }
}

extension Executable {
  /// Ends this process at once (exit(3)).
  public static func exit(_ status: Int32) -> Never { Glibc.exit(status) }
}
