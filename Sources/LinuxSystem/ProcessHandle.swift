internal import CLinux
internal import Glibc

/// A process that stays itself: its pid may go to another one, this never does (pidfd_open(2)).
public struct ProcessHandle: ~Copyable, Sendable {
  private let file: FileDescriptor

  /// `.noSuchProcess` where there is none; `.noSuchCall` before Linux 5.3.
  public init(_ pid: Int32) throws(Errno) {
    let descriptor = try retrying { Self.call(__NR_pidfd_open, pid, 0) }
    file = FileDescriptor(owning: Int32(truncatingIfNeeded: descriptor))
  }

  /// For poll(2): readable once the process has ended.
  public var descriptor: Int32 { file.rawValue }

  public var hasEnded: Bool {
    let found = try? PollSet.wait(at: file.rawValue, timeout: .zero)
    return found.map { !$0.isEmpty } ?? false
  }

  /// pidfd_send_signal(2). `.noSuchProcess` where it has ended.
  public func send(_ signal: Signal) throws(Errno) {
    let descriptor = file.rawValue
    _ = try retrying { Self.call(__NR_pidfd_send_signal, descriptor, signal.rawValue) }
  }

  /// Glibc has functions for these from 2.36 on. What a call has no use for is 0.
  private static func call(_ number: Int32, _ process: Int32, _ second: Int32) -> Int {
    linux_process_call(Int(number), process, second, 0, 0, 0)
  }
}

extension Errno {
  public static let noSuchCall = Errno(rawValue: ENOSYS)
}
