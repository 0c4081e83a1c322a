internal import CLinux
internal import Glibc

/// What may be awaited at a descriptor, and what was found there (poll(2)).
public struct PollEvents: OptionSet, Hashable, Sendable {
  public let rawValue: Int16
  public init(rawValue: Int16) { self.rawValue = rawValue }

  public static let readable = PollEvents(rawValue: Int16(POLLIN))
  public static let writable = PollEvents(rawValue: Int16(POLLOUT))
  public static let priority = PollEvents(rawValue: Int16(POLLPRI))
  /// Reported whether asked for or not, as are the next two.
  public static let error = PollEvents(rawValue: Int16(POLLERR))
  public static let hangUp = PollEvents(rawValue: Int16(POLLHUP))
  public static let invalid = PollEvents(rawValue: Int16(POLLNVAL))
}

/// A few descriptors to wait at together (ppoll(2)).
public struct PollSet: Sendable {
  private var entries: [pollfd] = []

  public init() {}

  /// Adds a descriptor and returns its index. A negative one is never ready: its place can be
  /// filled later.
  @discardableResult
  public mutating func add(_ descriptor: Int32, _ events: PollEvents = .readable) -> Int {
    entries.append(pollfd(fd: descriptor, events: events.rawValue, revents: 0))
    return entries.count - 1
  }

  /// Puts another descriptor or other events at an index.
  public mutating func set(_ index: Int, _ descriptor: Int32, _ events: PollEvents = .readable) {
    entries[index] = pollfd(fd: descriptor, events: events.rawValue, revents: 0)
  }

  public mutating func removeAll() { entries.removeAll(keepingCapacity: true) }

  public var count: Int { entries.count }

  /// What the last wait found at an index.
  public subscript(index: Int) -> PollEvents { PollEvents(rawValue: entries[index].revents) }

  /// Waits until something is ready, at most `timeout` (nil: as long as it takes), and returns how
  /// many descriptors are; 0 when the time ran out. A signal handler's interruption does not end it.
  @discardableResult
  public mutating func wait(timeout: Duration? = nil) throws(Errno) -> Int {
    let deadline = timeout.map { MonotonicInstant.now() + $0 }
    while true {
      let ready: Int32
      if let deadline {
        var left = (deadline - MonotonicInstant.now()).timespec
        ready = unsafe ppoll(&entries, UInt(entries.count), &left, nil)
      } else {
        ready = unsafe ppoll(&entries, UInt(entries.count), nil, nil)
      }
      if ready >= 0 { return Int(ready) }
      if Errno.last != .interrupted { throw Errno.last }
    }
  }

  /// Waits at one descriptor and says what was found; nothing when the time ran out.
  public static func wait(
    at descriptor: Int32, _ events: PollEvents = .readable, timeout: Duration? = nil
  ) throws(Errno) -> PollEvents {
    var set = PollSet()
    set.add(descriptor, events)
    try set.wait(timeout: timeout)
    return set[0]
  }
}
