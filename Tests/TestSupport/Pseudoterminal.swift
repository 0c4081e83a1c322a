import CLinux
import Foundation
import Glibc

/// A program on a real pseudo-terminal (pty(7)): what it draws can be read, keys can be typed, and
/// the terminal's size and settings can be looked at.
public final class Pseudoterminal {
  private var leader: Int32
  private var follower: Int32
  public let pid: Int32
  /// All that the program wrote so far.
  public private(set) var screen: [UInt8] = []
  private var status: Int32?

  // POSIX_SPAWN_SETSID, which Glibc's module map leaves out.
  private static let newSession: Int16 = 0x80

  /// No signal is ignored or blocked, as it is where a terminal starts a program: threads of libdispatch
  /// block most of them.
  private static let signals = Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)

  public struct Failure: Error {
    public let what: String
  }

  public init(
    _ arguments: [String], columns: Int = 80, rows: Int = 24, environment: [String: String] = [:]
  ) throws {
    leader = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)
    var name = [CChar](repeating: 0, count: 128)
    guard leader >= 0, grantpt(leader) == 0, unlockpt(leader) == 0,
      unsafe ptsname_r(leader, &name, name.count) == 0
    else { throw Failure(what: "no pseudo-terminal") }
    let path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    follower = unsafe open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
    _ = fcntl(leader, F_SETFL, O_NONBLOCK)

    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    // The session leader's first open of a terminal makes it the controlling one.
    unsafe posix_spawn_file_actions_addopen(&actions, 0, path, O_RDWR, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, 0, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    unsafe posix_spawnattr_setflags(&attributes, Self.newSession | Self.signals)
    var mask = sigset_t()
    unsafe sigemptyset(&mask)
    unsafe posix_spawnattr_setsigmask(&attributes, &mask)
    unsafe sigfillset(&mask)
    unsafe posix_spawnattr_setsigdefault(&attributes, &mask)

    var all = ProcessInfo.processInfo.environment.merging(["TERM": "xterm-256color"]) { $1 }
    all.merge(environment) { $1 }
    var argv = unsafe arguments.map { unsafe strdup($0) } + [nil]
    var envp = unsafe all.map { unsafe strdup("\($0)=\($1)") } + [nil]
    defer { unsafe (argv + envp).forEach { unsafe free($0) } }
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = unsafe ioctl(leader, UInt(TIOCSWINSZ), &size)
    var child: pid_t = 0
    let failure = unsafe posix_spawn(&child, arguments[0], &actions, &attributes, &argv, &envp)
    pid = child
    if failure != 0 { throw Failure(what: "posix_spawn: \(failure)") }
  }

  deinit {
    if status == nil {
      kill(pid, SIGKILL)
      _ = waitpid(pid, nil, 0)
    }
    hangUp()
  }

  /// The terminal is gone, as when its window is closed.
  public func hangUp() {
    if leader >= 0 { close(leader) }
    if follower >= 0 { close(follower) }
    (leader, follower) = (-1, -1)
  }

  public var text: String { String(decoding: screen, as: UTF8.self) }

  /// Forgets what was written so far.
  public func clear() { screen = [] }

  public func type(_ keys: String) {
    let bytes = Array(keys.utf8)
    _ = unsafe write(leader, bytes, bytes.count)
  }

  public func resize(columns: Int, rows: Int) {
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = unsafe ioctl(leader, UInt(TIOCSWINSZ), &size)
  }

  public func send(signal: Int32) { kill(pid, signal) }

  /// Reads what is there, waiting up to `milliseconds` for the first byte.
  public func read(milliseconds: Int32 = 20) {
    var ready = pollfd(fd: leader, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&ready, 1, milliseconds) > 0 else { return }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe Glibc.read(leader, &buffer, buffer.count)
      if count <= 0 { return }
      screen += buffer.prefix(count)
    }
  }

  /// Reads until the condition holds; false when the deadline came first.
  public func wait(within seconds: Double = 60, until condition: (Pseudoterminal) -> Bool) -> Bool {
    eventually(within: seconds) {
      read()
      return condition(self)
    }
  }

  /// Whether the terminal takes no more, since nobody reads it.
  public var isFull: Bool {
    var entry = pollfd(fd: follower, events: Int16(POLLOUT), revents: 0)
    return unsafe poll(&entry, 1, 0) == 0
  }

  /// The exit status once the program has ended; 128 and the signal where one ended it. What it writes
  /// until then may stay unread.
  public func exitStatus(within seconds: Double = 60, reading: Bool = true) -> Int32? {
    _ = eventually(within: seconds) {
      if reading { read(milliseconds: 0) }
      var raw: Int32 = 0
      if status == nil, unsafe waitpid(pid, &raw, WNOHANG) == pid {
        status = raw & 0x7f == 0 ? raw >> 8 & 0xff : 128 + (raw & 0x7f)
      }
      return status != nil
    }
    read(milliseconds: 0)
    return status
  }

  /// Whether the terminal is in the cooked mode that a shell expects.
  public var isCooked: Bool {
    var settings = termios()
    guard unsafe tcgetattr(follower, &settings) == 0 else { return false }
    return settings.c_lflag & UInt32(ICANON) != 0
      && settings.c_lflag & UInt32(ECHO) != 0
  }
}
