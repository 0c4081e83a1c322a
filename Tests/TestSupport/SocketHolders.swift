import CLinux
import Foundation
import Glibc
import LinuxSystem
import Synchronization

/// A listening socket on a free port of 127.0.0.1.
public final class ListeningSocket: Sendable {
  public let descriptor: Int32
  public let inode: UInt64

  public init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0, listen(descriptor, 1) == 0 else { throw errnoNow() }
    inode = try inodeOf(descriptor)
  }

  deinit { close(descriptor) }
}

/// A process that holds a descriptor of ours, under a number of its own, until this value is gone.
public final class HoldingChild: Sendable {
  public let pid: Int32
  public let descriptor: Int32
  private let input: Int32

  public init(holding shared: Int32, as descriptor: Int32) throws {
    let ends = try PostedDescriptor.pair()
    defer { close(ends[0]) }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, shared, descriptor)
    // It waits for the end of its input, which is the other end's closing.
    var arguments = unsafe [strdup("cat"), nil]
    defer { unsafe free(arguments[0]) }
    var child: pid_t = 0
    let failure = unsafe posix_spawn(&child, "/bin/cat", &actions, nil, &arguments, nil)
    guard failure == 0 else { throw Errno(rawValue: failure) }
    self.descriptor = descriptor
    pid = child
    input = ends[1]
  }

  deinit {
    close(input)
    waitpid(pid, nil, 0)
  }
}

/// A descriptor on its way between two processes: sent with SCM_RIGHTS and not yet received
/// (unix(7)). The sender here is the receiver as well.
public final class PostedDescriptor {
  private let ends: [Int32]

  public init(posting descriptor: Int32) throws {
    ends = try Self.pair()
    let sender = ends[0]
    // struct cmsghdr: length, level, type; then the descriptor.
    try unsafe Self.exchange([20, 0, SOL_SOCKET, Int32(SCM_RIGHTS), descriptor, 0]) { message in
      unsafe sendmsg(sender, message, 0)
    }
  }

  public func take() throws -> Int32 {
    try unsafe Self.exchange([Int32](repeating: 0, count: 6)) { message in
      unsafe recvmsg(ends[1], message, Int32(MSG_CMSG_CLOEXEC))
    }
  }

  deinit { for end in ends { close(end) } }

  /// Two ends of one connection.
  static func pair() throws -> [Int32] {
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard unsafe socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw errnoNow() }
    return ends
  }

  /// Sends or receives one byte and these control words; returns the descriptor among them.
  @discardableResult
  private static func exchange(
    _ words: [Int32], _ call: (UnsafeMutablePointer<msghdr>) -> Int
  ) throws -> Int32 {
    var control = words
    var byte: UInt8 = 0
    let count = unsafe withUnsafeMutablePointer(to: &byte) { byte in
      var part = unsafe iovec(iov_base: byte, iov_len: 1)
      return unsafe withUnsafeMutablePointer(to: &part) { part in
        unsafe control.withUnsafeMutableBytes { control in
          var message = unsafe msghdr()
          unsafe message.msg_iov = part
          unsafe message.msg_iovlen = 1
          unsafe message.msg_control = control.baseAddress
          unsafe message.msg_controllen = control.count
          return unsafe call(&message)
        }
      }
    }
    guard count == 1 else { throw errnoNow() }
    return control[4]
  }
}

/// A thread with a table of descriptors of its own (unshare(2), CLONE_FILES) that holds one socket,
/// until this value is gone.
public final class ThreadWithOwnFiles {
  public let descriptor: Int32
  public let inode: UInt64
  private let end: DispatchSemaphore

  public init() throws {
    let made = DispatchSemaphore(value: 0)
    let end = DispatchSemaphore(value: 0)
    let result = Mutex<(descriptor: Int32, inode: UInt64)?>(nil)
    // A thread of its own: one of a pool would keep the table.
    let thread = Foundation.Thread {
      let socket = Self.socketOfItsOwn()
      result.withLock { $0 = socket }
      made.signal()
      end.wait()
    }
    thread.start()
    made.wait()
    guard let socket = result.withLock(\.self) else {
      end.signal()
      throw Errno.notPermitted
    }
    (descriptor, inode) = socket
    self.end = end
  }

  deinit { end.signal() }

  /// By number, since the C library leaves some of these out, and since the thread sanitizer knows of
  /// one table alone. The copies of all other descriptors are closed: nobody else expects them to
  /// stay open.
  private static func socketOfItsOwn() -> (descriptor: Int32, inode: UInt64)? {
    let type = unsafe UnsafeMutableRawPointer(
      bitPattern: Int(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue))
    let last = unsafe UnsafeMutableRawPointer(bitPattern: Int(UInt32.max))
    guard linux_syscall(Int(__NR_unshare), 0x400, nil, 0) == 0,
      unsafe linux_syscall(Int(__NR_close_range), 3, last, 0) == 0
    else { return nil }
    let descriptor = unsafe linux_syscall(Int(__NR_socket), Int(AF_INET), type, 0)
    guard let status = try? FileStatus(of: "/proc/thread-self/fd/\(descriptor)") else { return nil }
    return (Int32(descriptor), status.inode)
  }
}

private func errnoNow() -> Errno { Errno(rawValue: errno) }

/// What stat(2) says of a socket: the number that the kernel's tables show.
private func inodeOf(_ descriptor: Int32) throws -> UInt64 {
  try FileStatus(of: "/proc/self/fd/\(descriptor)").inode
}

/// The sockets of a process as its links say: inode by descriptor.
public func socketLinks(of pid: Int32) -> [Int32: UInt64] {
  let directory = "/proc/\(pid)/fd"
  let files = FileManager.default
  var links: [Int32: UInt64] = [:]
  for name in (try? files.contentsOfDirectory(atPath: directory)) ?? [] {
    guard let link = try? files.destinationOfSymbolicLink(atPath: directory + "/" + name),
      link.hasPrefix("socket:["), let descriptor = Int32(name),
      let inode = UInt64(link.dropFirst(8).dropLast())
    else { continue }
    links[descriptor] = inode
  }
  return links
}
