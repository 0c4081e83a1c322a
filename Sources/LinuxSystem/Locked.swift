internal import Glibc

/// A value that one thread at a time may touch (pthread_mutex_lock(3)).
///
/// Like Synchronization's `Mutex`, but with a lock that the thread sanitizer knows.
@safe public final class Locked<Value>: @unchecked Sendable {
  nonisolated(unsafe) private var value: Value
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>

  public init(_ value: sending Value) {
    unsafe self.value = value
    unsafe mutex = .allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe pthread_mutex_init(mutex, nil)
  }

  deinit {
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
  }

  /// What comes out shares no reference with what stays, and nothing outside shares one with what is
  /// put in: both would be touched without the lock.
  public func withLock<Result: ~Copyable, Failure: Error>(
    _ body: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return try unsafe body(&value)
  }
}
