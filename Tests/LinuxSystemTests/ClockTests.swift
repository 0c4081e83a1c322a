import LinuxSystem
import SocketModel
import Testing

struct ClockTests {
  @Test func monotonicTimeGoesOn() {
    let first = MonotonicInstant.now()
    let second = MonotonicInstant.now()
    #expect(first <= second)
    #expect(first.elapsed >= .zero)
    #expect(first + .seconds(2) - first == .seconds(2))
  }

  @Test func sumsStayWithinTime() {
    let late = MonotonicInstant(nanoseconds: .max - 1)
    #expect(late + .seconds(1) == MonotonicInstant(nanoseconds: .max))
    let early = MonotonicInstant(nanoseconds: .min + 1)
    #expect(early + .seconds(-1) == MonotonicInstant(nanoseconds: .min))
  }

  @Test func theWallClockIsInThisCentury() {
    let now = Timestamp.now()
    #expect(now.seconds > 1_700_000_000)
    #expect((0..<1_000_000_000).contains(now.nanoseconds))
  }

  @Test(arguments: [
    (Duration.milliseconds(1500), Int64(1_500_000_000)),
    (.nanoseconds(-5), -5),
    (.zero, 0),
    (.seconds(Int64.max), .max),
    (.seconds(Int64.min + 1), .min),
  ])
  func durationsBecomeNanoseconds(duration: Duration, nanoseconds: Int64) {
    #expect(duration.wholeNanoseconds == nanoseconds)
  }
}
