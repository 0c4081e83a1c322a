internal import Glibc

/// A thread of this process (pthreads(7)). One that is not joined is let go of.
public struct Thread: ~Copyable, Sendable {
  private let handle: pthread_t

  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Starts it (pthread_create(3)); it has the caller's signal mask.
  public init(_ body: @escaping @Sendable () -> Void) throws(Errno) {
    handle = try Self.start(body)
  }

  /// Starts a thread that nobody waits for (pthread_detach(3)).
  public static func detached(_ body: @escaping @Sendable () -> Void) throws(Errno) {
    _ = pthread_detach(try start(body))
  }

  /// Waits until it has ended (pthread_join(3)).
  public consuming func join() {
    Self.join(handle)
    discard self
  }

  deinit { _ = pthread_detach(handle) }

  private static func start(_ body: @escaping @Sendable () -> Void) throws(Errno) -> pthread_t {
    let work = unsafe Unmanaged.passRetained(Work(body))
    var handle = pthread_t()
    let result = unsafe pthread_create(
      &handle, nil,
      { argument in
        if let argument = unsafe argument {
          unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
        }
        return nil
      }, work.toOpaque())
    if result != 0 {
      unsafe work.release()
      throw Errno(rawValue: result)
    }
    return handle
  }

  private static func join(_ handle: pthread_t) { _ = pthread_join(handle, nil) }

  /// Runs `body` on the calling thread and on up to `count - 1` more, and returns when all are done.
  ///
  /// Fewer run where the system gives no more threads: each takes its share from a common counter.
  public static func concurrently(_ count: Int, _ body: @escaping @Sendable () -> Void) {
    var handles: [pthread_t] = []
    for _ in 1..<max(1, count) {
      guard let handle = try? start(body) else { break }
      handles.append(handle)
    }
    body()
    for handle in handles { join(handle) }
  }
}
