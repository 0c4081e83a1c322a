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
}
