internal import CLinux
internal import Glibc

/// Wakes a loop that waits at `rawValue` (eventfd(2)). Any thread may signal it.
public final class EventDescriptor: Sendable {
  private let descriptor: FileDescriptor

  public init() throws(Errno) {
    let created = try retrying { eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) }
    descriptor = FileDescriptor(owning: created)
  }

  /// Readable from the first `signal` until `drain`.
  public var rawValue: Int32 { descriptor.rawValue }

  /// Safe to call from any thread and any number of times.
  public func signal() {
    // The only possible error is a counter at its limit: then it is signalled already.
    _ = eventfd_write(rawValue, 1)
  }

  /// Takes the signals that are there, and says whether there were any.
  @discardableResult
  public func drain() -> Bool {
    var count: UInt64 = 0
    return unsafe eventfd_read(rawValue, &count) == 0
  }
}
