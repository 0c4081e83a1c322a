import LinuxSystem

/// One piece of work at a time on a thread of its own. What it came to wakes a poll(2) loop.
///
/// The work is a value that is handed over whole: nothing here keeps a copy of it, so that what is
/// large in it can be changed in place, and is gone when the outcome is there.
struct Background<Work: Sendable, Outcome: Sendable>: ~Copyable {
  private final class Box: Sendable {
    let work = Locked<Work?>(nil)
    let outcome = Locked<Outcome?>(nil)
    let event: EventDescriptor

    init() throws(Errno) { event = try EventDescriptor() }
  }

  private let box: Box
  private let act: @Sendable (consuming Work) -> Outcome
  private(set) var isBusy = false

  init(_ act: @escaping @Sendable (consuming Work) -> Outcome) throws(Errno) {
    box = try Box()
    self.act = act
  }

  /// For poll(2): readable when there is an outcome.
  var descriptor: Int32 { box.event.rawValue }

  /// Nothing may be under way. Without a thread to be had it is done here.
  mutating func start(_ work: consuming Work) {
    isBusy = true
    let given = work
    box.work.withLock { $0 = given }
    let body: @Sendable () -> Void = { [box, act] in
      guard let work = box.work.withLock({ $0.take() }) else { return }
      Self.hand(over: act(work), to: box)
      // Nothing of it is held here any more when the loop wakes.
      box.event.signal()
    }
    do throws(Errno) {
      // Nobody waits for its end: on a busy host that comes long after the outcome.
      try Thread.detached(body)
    } catch {
      body()
    }
  }

  private static func hand(over outcome: consuming Outcome, to box: Box) {
    let given = outcome
    box.outcome.withLock { $0 = given }
  }

  /// The outcome, once there is one.
  mutating func take() -> Outcome? {
    box.event.drain()
    guard let outcome = box.outcome.withLock({ $0.take() }) else { return nil }
    isBusy = false
    return outcome
  }
}
