import LinuxSystem
import SocketModel
import TestSupport
import Testing

struct LocalTimeTests {
  @Test func agreesWithDate() throws {
    let time = Timestamp(seconds: 1_763_804_669, nanoseconds: 0)
    let date = try Program.shell("date -d @\(time.seconds) +%z").output
    let seconds = LocalTime.secondsFromUTC(at: time)
    let sign = seconds < 0 ? "-" : "+"
    let minutes = abs(seconds) / 60
    let text = "\(sign)\(minutes / 60 / 10)\(minutes / 60 % 10)\(minutes % 60 / 10)\(minutes % 10)"
    #expect(date == text + "\n")
  }
}
