import LinuxSystem
import Testing

@Suite struct LockedTests {
  @Test func oneThreadAtATime() {
    let count = Locked(0)
    Thread.concurrently(4) {
      for _ in 0..<1000 { count.withLock { $0 += 1 } }
    }
    #expect(count.withLock { $0 } == 4000)
  }

  private final class Counter {
    var count = 0
  }

  /// What is not Sendable stays inside: each access is under the lock.
  @Test func aReferenceIsChangedInPlace() {
    let counter = Locked(Counter())
    Thread.concurrently(4) {
      for _ in 0..<1000 { counter.withLock { $0.count += 1 } }
    }
    #expect(counter.withLock { $0.count } == 4000)
  }

  @Test func anErrorGivesTheLockBack() throws {
    let value = Locked(1)
    #expect(throws: Errno.noSpace) {
      try value.withLock { number throws(Errno) in
        number = 2
        throw .noSpace
      }
    }
    #expect(value.withLock { $0 } == 2)
  }
}
