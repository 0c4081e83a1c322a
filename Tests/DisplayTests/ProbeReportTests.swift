import SocketModel
import Testing

@testable import Display

@Suite struct ProbeReportTests {
  private func port(
    _ number: UInt16, _ finding: ProbeResult.Finding = .closed(nil), owner: String? = nil
  ) -> ProbeReport.Port {
    var port = ProbeReport.Port(
      ProbeResult(
        Endpoint(IPAddress(v4: 0x0a00_0005), number), finding, duration: .microseconds(214)))
    port.owner = owner
    return port
  }

  private func text(_ ports: [ProbeReport.Port]) -> [String] {
    let report = ProbeReport(target: "10.0.0.5", host: "here", time: .epoch, ports: ports)
    return lines(report.text())
  }

  @Test func aFewPortsHaveALineEach() {
    #expect(
      text([port(22, .open), port(80)]) == [
        "10.0.0.5 is up, 0.214 ms away",
        "PORT    STATE   SERVICE  TIME      REASON",
        "22/tcp  open             0.214 ms",
        "80/tcp  closed           0.214 ms  refused",
        "",
      ])
  }

  /// `probe 1-1024` was a thousand lines with one answer in them.
  @Test func manyThatAreAlikeAreOneLine() {
    let closed = (1...99).map { port(UInt16($0), $0 == 50 ? .open : .closed(nil)) }
    let filtered = (60_000...60_020).map { port(UInt16($0), .filtered(.noAnswer)) }
    let lines = text(filtered + closed + [port(.max), port(.max - 1, owner: "1/x")])
    #expect(
      lines == [
        "10.0.0.5 is up, 0.214 ms away",
        "PORT       STATE   SERVICE  TIME      REASON   OWNER",
        "50/tcp     open             0.214 ms",
        "65534/tcp  closed           0.214 ms  refused  1/x",
        "closed, refused: 99 ports, 1-49,51-99,65535",
        "filtered, no answer: 21 ports, 60000-60020",
        "",
      ])
    #expect(text((1...21).map { port($0) }).dropFirst() == ["closed, refused: 21 ports, 1-21", ""])
    #expect(text((1...20).map { port($0) }).count == 23)
  }

  @Test(arguments: [
    (0, "0.000 ms"), (7, "0.007 ms"), (999, "0.999 ms"), (1000, "1.00 ms"), (9999, "9.99 ms"),
    (10_000, "10 ms"), (2_000_000, "2000 ms"),
  ])
  func timesHaveThreeDigitsThatCount(microseconds: Int, text: String) {
    #expect(milliseconds(.microseconds(microseconds)) == text)
  }
}
