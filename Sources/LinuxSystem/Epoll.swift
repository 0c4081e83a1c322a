internal import CLinux
internal import Glibc

/// Many descriptors to wait at together (epoll(7)), level-triggered. The work of a wait grows with
/// what is ready, not with what is awaited.
public struct Epoll: ~Copyable, Sendable {
  private let descriptor: FileDescriptor
  private let batch: Int

  /// `batch` is how many events one wait gives at most.
  public init(batch: Int = 256) throws(Errno) {
    let created = try retrying { epoll_create1(Int32(EPOLL_CLOEXEC)) }
    descriptor = FileDescriptor(owning: created)
    self.batch = max(1, batch)
  }

  public struct Events: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let readable = Events(rawValue: EPOLLIN.rawValue)
    public static let writable = Events(rawValue: EPOLLOUT.rawValue)
    /// Reported whether asked for or not, as is the next one.
    public static let error = Events(rawValue: EPOLLERR.rawValue)
    public static let hangUp = Events(rawValue: EPOLLHUP.rawValue)
  }

  /// What is ready, and the token that was given for its descriptor.
  public struct Event: Hashable, Sendable {
    public let token: UInt64
    public let events: Events
  }

  public func add(_ descriptor: Int32, _ events: Events, token: UInt64) throws(Errno) {
    try control(EPOLL_CTL_ADD, descriptor, events, token)
  }

  public func modify(_ descriptor: Int32, _ events: Events, token: UInt64) throws(Errno) {
    try control(EPOLL_CTL_MOD, descriptor, events, token)
  }

  /// A descriptor that is closed leaves by itself, unless it was duplicated.
  public func remove(_ descriptor: Int32) throws(Errno) {
    try control(EPOLL_CTL_DEL, descriptor, [], 0)
  }

  private func control(
    _ operation: Int32, _ target: Int32, _ events: Events, _ token: UInt64
  ) throws(Errno) {
    var event = unsafe epoll_event(events: events.rawValue, data: epoll_data_t(u64: token))
    _ = try retrying { unsafe epoll_ctl(descriptor.rawValue, operation, target, &event) }
  }

  /// Waits at most `timeout` (nil: as long as it takes; rounded up to milliseconds) and puts what
  /// is ready into `events`, which is emptied first.
  public func wait(into events: inout [Event], timeout: Duration? = nil) throws(Errno) {
    events.removeAll(keepingCapacity: true)
    let deadline = timeout.map { MonotonicInstant.now() + $0 }
    repeat {
      let milliseconds = Self.milliseconds(until: deadline)
      let failure = unsafe withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: batch) {
        buffer -> Errno? in
        let count = unsafe epoll_wait(
          descriptor.rawValue, buffer.baseAddress, Int32(batch), milliseconds)
        if count < 0 { return Errno.last }
        for index in 0..<Int(count) {
          let event = unsafe buffer[index]
          let found = unsafe Events(rawValue: event.events)
          events.append(Event(token: unsafe event.data.u64, events: found))
        }
        return nil
      }
      guard let failure else { return }
      if failure != .interrupted { throw failure }
    } while true
  }

  private static func milliseconds(until deadline: MonotonicInstant?) -> Int32 {
    guard let deadline else { return -1 }
    let left = max(0, (deadline - MonotonicInstant.now()).wholeNanoseconds)
    return Int32(clamping: (left &+ 999_999) / 1_000_000)
  }
}
