import LinuxSystem
import Synchronization
import Testing

@Suite struct ThreadTests {
  @Test func joins() throws {
    let counter = Counter()
    let thread = try Thread { counter.value.add(1, ordering: .relaxed) }
    thread.join()
    #expect(counter.value.load(ordering: .relaxed) == 1)
  }

  @Test(arguments: [0, 1, 2, 8])
  func concurrently(count: Int) {
    let counter = Counter()
    Thread.concurrently(count) { counter.value.add(1, ordering: .relaxed) }
    #expect(counter.value.load(ordering: .relaxed) == max(1, count))
  }

  private final class Counter: Sendable {
    let value = Atomic<Int>(0)
  }
}
