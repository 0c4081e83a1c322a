import LinuxSystem
import Synchronization
import TestSupport
import Testing

@Suite struct FutureTests {
  @Test func givesWhatItsThreadWorkedOut() {
    let one = Future { (1...1000).reduce(0, +) }
    let other = Future { "text" }
    #expect(other.value() == "text")
    #expect(one.value() == 500_500)
  }

  /// One that nobody asks goes on alone, and is gone in the end.
  @Test func needNotBeAsked() {
    let done = Flag()
    do { _ = Future { done.value.store(true, ordering: .releasing) } }
    #expect(eventually { done.value.load(ordering: .acquiring) })
  }

  private final class Flag: Sendable {
    let value = Atomic<Bool>(false)
  }
}
