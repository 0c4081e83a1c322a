import SocketModel
import Testing

@testable import Display

@Suite struct ProbeReportTests {
  private func port(
    _ number: UInt16, _ finding: ProbeResult.Finding = .closed, owner: String? = nil
  ) -> ProbeReport.Port {
    var port = ProbeReport.Port(
      ProbeResult(
        IPEndpoint(IPAddress(v4: 0x0a00_0005), number), finding, duration: .microseconds(214)))
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
    let closed = (1...99).map { port(UInt16($0), $0 == 50 ? .open : .closed) }
    let filtered = (60_000...60_020).map { port(UInt16($0), .filtered(.noAnswer)) }
    let lines = text(filtered + closed + [port(.max), port(.max - 1, owner: "1/x")])
    #expect(
      lines == [
        "10.0.0.5 is up, 0.214 ms away",
        "PORT       STATE   SERVICE  TIME      REASON                                        OWNER",
        "50/tcp     open             0.214 ms",
        "65534/tcp  closed           0.214 ms  refused, although somebody listens there now  1/x",
        "closed, refused: 99 ports, 1-49,51-99,65535",
        "filtered, no answer: 21 ports, 60000-60020",
        "",
      ])
    #expect(text((1...21).map { port($0) }).dropFirst() == ["closed, refused: 21 ports, 1-21", ""])
    #expect(text((1...20).map { port($0) }).count == 23)
  }

  @Test(arguments: [
    (0, "0.000"), (7, "0.007"), (999, "0.999"), (1000, "1.00"), (9999, "9.99"),
    (10_000, "10"), (2_000_000, "2000"),
  ])
  func timesHaveThreeDigitsThatCount(microseconds: Int, text: String) {
    #expect(milliseconds(.microseconds(microseconds)) == text)
  }

  private static let v4 = IPAddress.loopback(.ipv4)
  private static let v6 = IPAddress.loopback(.ipv6)

  private func report(_ ports: [ProbeReport.Port]) -> [String] {
    lines(ProbeReport(target: "this host", host: "here", time: .epoch, ports: ports).text())
  }

  private func port(
    _ number: UInt16, at address: IPAddress, _ finding: ProbeResult.Finding
  ) -> ProbeReport.Port {
    ProbeReport.Port(ProbeResult(IPEndpoint(address, number), finding, duration: .milliseconds(20)))
  }

  // The better of two answers was the only one: an open ::1 hid a full queue at 127.0.0.1.
  @Test func addressesThatDifferHaveALineEach() {
    let lines = report([
      port(79, at: Self.v4, .closed), port(79, at: Self.v6, .closed),
      port(80, at: Self.v4, .filtered(.noAnswer)), port(80, at: Self.v6, .open),
    ])
    #expect(
      lines == [
        "this host (127.0.0.1, ::1) is up, 20 ms away",
        "PORT    ADDRESS    STATE     SERVICE  TIME   REASON",
        "79/tcp  all        closed             20 ms  refused",
        "80/tcp  127.0.0.1  filtered           20 ms  no answer",
        "80/tcp  ::1        open               20 ms",
        "",
      ])
  }

  @Test func anAddressThatNothingCouldBeSentToIsOneLine() {
    let ports = (1...3).flatMap { number in
      [port(number, at: Self.v4, .failed(.noLocalPort)), port(number, at: Self.v6, .open)]
    }
    #expect(
      report(ports).suffix(3) == [
        "3/tcp  open            20 ms",
        "127.0.0.1: no local port is left to connect from (net.ipv4.ip_local_port_range)", "",
      ])
  }

  // ESC, C1 and bidirectional controls of /etc/services reached the terminal as they were.
  @Test func aServiceNameCantWriteOnTheTerminal() {
    var hostile = port(80, .open)
    hostile.service = "\u{1b}[31mred\u{9b}\u{202e}x"
    #expect(text([hostile])[2].contains("\\x1b[31mred\\xc2\\x9b\\xe2\\x80\\xaex"))
  }

  @Test(arguments: [
    (
      ProbeResult.Finding.filtered(.icmp(.portUnreachable(from: 0x0a00_0001))), false,
      "rejected (port unreachable), says 10.0.0.1", "10.0.0.1 answered in its place"
    ),
    (
      .filtered(.icmp(.portUnreachable(from: 0x0a00_0005))), true,
      "rejected (port unreachable), says 10.0.0.5", ""
    ),
    (
      .filtered(.icmp(.portUnreachable(from: 0x0a00_0002, isOwn: true))), false,
      "rejected (port unreachable), says this host's own firewall",
      "this host's own firewall answered in its place"
    ),
    (
      .failed(.prohibitRoute), false, "a 'prohibit' route of this host forbids it",
      "nothing could be sent to it"
    ),
  ])
  func itIsSaidWhoAnswered(
    finding: ProbeResult.Finding, isUp: Bool, reason: String, remark: String
  ) {
    let lines = text([port(80, finding)])
    #expect(lines[0].hasSuffix(isUp ? "is up, 0.214 ms away" : remark))
    #expect(lines[2].hasSuffix("  " + reason))
  }
}

extension ProbeResult.ICMPReply {
  fileprivate static func portUnreachable(from sender: UInt32, isOwn: Bool = false) -> Self {
    Self(family: .ipv4, type: 3, code: 3, sender: IPAddress(v4: sender), isOwn: isOwn)
  }
}
