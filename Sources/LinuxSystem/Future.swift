/// What a thread of its own works out while its caller goes on.
public struct Future<Value: Sendable>: ~Copyable, Sendable {
  private let result: Locked<Value?>
  private let work: @Sendable () -> Value
  private let thread: Thread?

  /// Starts the work; without a thread to be had it waits until it is asked for.
  public init(_ work: @escaping @Sendable () -> Value) {
    let result = Locked<Value?>(nil)
    self.result = result
    self.work = work
    thread = try? Thread {
      let value = work()
      result.withLock { $0 = value }
    }
  }

  /// Waits for what came of it.
  public consuming func value() -> Value {
    let result = result
    let work = work
    thread?.join()
    return result.withLock { $0.take() } ?? work()
  }
}
