import LinuxSystem
import Synchronization

/// One piece of work at a time on a thread of its own. What it came to wakes a poll(2) loop.
struct Background<Outcome: Sendable>: ~Copyable {
  private final class Box: Sendable {
    let outcome = Mutex<Outcome?>(nil)
    let event: EventDescriptor

    init() throws(Errno) { event = try EventDescriptor() }
  }

  private let box: Box
  private var thread: Thread?
  private(set) var isBusy = false

  init() throws(Errno) { box = try Box() }

  /// For poll(2): readable when there is an outcome.
  var descriptor: Int32 { box.event.rawValue }

  /// Nothing may be under way. Without a thread to be had it is done here.
  mutating func start(_ work: @escaping @Sendable () -> Outcome) {
    isBusy = true
    let body: @Sendable () -> Void = { [box] in
      let outcome = work()
      box.outcome.withLock { $0 = outcome }
      box.event.signal()
    }
    do throws(Errno) {
      thread = try Thread(body)
    } catch {
      body()
    }
  }

  /// The outcome, once there is one.
  mutating func take() -> Outcome? {
    box.event.drain()
    guard let outcome = box.outcome.withLock({ $0.take() }) else { return nil }
    thread.take()?.join()
    isBusy = false
    return outcome
  }
}
