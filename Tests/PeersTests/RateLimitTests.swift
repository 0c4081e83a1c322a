import LinuxSystem
import Testing

@testable import Peers

struct RateLimitTests {
  private let start = MonotonicInstant(nanoseconds: 1_000_000_000)

  @Test func aTenthOfASecondsWorthMayPassAtOnce() {
    var limit = RateLimit(perSecond: 1000, now: start)
    #expect(limit.available(start) == 100)
    limit.take(100)
    #expect(limit.available(start) == 0)
    #expect(limit.available(start + .milliseconds(50)) == 50)
    #expect(limit.available(start + .seconds(60)) == 100)
  }

  /// However often it is asked, and whatever is left over each time.
  @Test(arguments: [1, 5, 9, 10, 999, 1_234_567])
  func smallPiecesOfTimeAddUp(rate: Int) {
    var limit = RateLimit(perSecond: rate, now: start)
    limit.take(limit.available(start))
    var passed = 0
    for step in 1...3000 {
      let now = limit.available(start + .microseconds(step * 337))
      limit.take(now)
      passed += now
    }
    let exact = rate * 3000 * 337 / 1_000_000
    #expect(passed <= exact && passed >= exact - max(1, rate / 100) - 1)
  }

  @Test func nobodyIsWokenForAFewBytes() {
    var limit = RateLimit(perSecond: 1_000_000, now: start)
    limit.take(limit.available(start))
    #expect(limit.available(start + .milliseconds(9)) == 0)
    #expect(limit.available(start + .milliseconds(11)) >= 10_000)
  }

  @Test(arguments: [0, -5, Int.max])
  func anyRateIsARate(rate: Int) {
    var limit = RateLimit(perSecond: rate, now: start)
    #expect(limit.available(start + .seconds(1)) >= 1)
  }
}
