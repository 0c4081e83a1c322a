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

  @Test func smallPiecesOfTimeAddUp() {
    var limit = RateLimit(perSecond: 10, now: start)
    limit.take(limit.available(start))
    var passed = 0
    for step in 1...1000 {
      let now = limit.available(start + .milliseconds(step))
      limit.take(now)
      passed += now
    }
    #expect(passed == 10)
  }

  @Test(arguments: [0, -5, Int.max])
  func anyRateIsARate(rate: Int) {
    var limit = RateLimit(perSecond: rate, now: start)
    #expect(limit.available(start + .seconds(1)) >= 1)
  }
}
