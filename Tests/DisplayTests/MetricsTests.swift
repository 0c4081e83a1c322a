import SocketModel
import TestSupport
import Testing

@testable import Display

@Suite struct MetricsTests {
  @Test func writesTheTextFormat() throws {
    var metrics = SocketMetrics()
    metrics.clientPorts = PortsForClients(32768...60999)
    metrics.remotePorts = [5432]
    try expectGolden("display-metrics", metrics.families(Samples.detailed).prometheusText)
  }

  @Test func quotesLabels() {
    var family = MetricFamily("a", .counter, help: "B.")
    family.add(1, [MetricFamily.Label("x", "a\"b\\c\nd"), MetricFamily.Label("y", "")])
    family.add(0.5, [MetricFamily.Label("x", "a\"b\\c\nd")])
    let text = String(decoding: [family].prometheusText, as: UTF8.self)
    #expect(text == "# HELP a B.\n# TYPE a counter\na{x=\"a\\\"b\\\\\\\\c\\\\nd\"} 1.5\n")
  }

  @Test func aFamilyWithoutMeasurementsIsLeftOut() {
    #expect([MetricFamily("a", help: "B.")].prometheusText.isEmpty)
  }

  @Test(arguments: [
    ("nginx.service", "nginx.service"), ("user@1000.service", "user@1000.service"),
    ("postgresql@15-main.service", "postgresql@15-main.service"),
    ("session-12.scope", "session-*.scope"), ("session-c3.scope", "session-*.scope"),
    ("run-u81.service", "run-*.service"),
    ("run-rb7b6b1f7ab0447c8a8e0a2f2d4bb3f4a.scope", "run-*.scope"),
    ("run-p4711-i4712.service", "run-*.service"),
    (
      "docker-4e0d3f1b2a5c4e0d3f1b2a5c4e0d3f1b2a5c4e0d3f1b2a5c4e0d3f1b2a5c4e0d.scope",
      "docker-*.scope"
    ),
    (
      "user@1000.service/app-gnome-firefox-31337.scope",
      "user@1000.service/app-gnome-firefox-*.scope"
    ),
    ("sshd@3-10.0.0.5:22-10.0.0.9:51234.service", "sshd@*.service"),
    ("getty@tty1.service", "getty@tty1.service"), ("odd", "odd"), ("", ""),
  ])
  func aUnitWithoutWhatIsNewEachTime(unit: String, lasting: String) {
    #expect(lastingUnit(unit) == lasting)
  }

  /// Ports that the kernel chose, and more listeners than there may be series, are told as one.
  @Test func thereAreNoMoreSeriesThanTheLimit() {
    let any = Endpoint.unspecified(.ipv4)
    let sockets = (1...40_000).map { port in
      Socket(
        .tcp, local: any.with(UInt16(port)), remote: any, state: .listening, receiveQueue: 1,
        sendQueue: 2, cookie: UInt64(port))
    }
    let listing = Listing(
      SnapshotBuilder(sockets: sockets).frozen(), rows: Array(0..<UInt32(sockets.count)))
    var metrics = SocketMetrics()
    metrics.clientPorts = PortsForClients(32768...60999)
    let families = metrics.families(listing)
    let count = families.reduce(0) { $0 + $1.samples.count }
    #expect(count <= SocketMetrics.seriesLimit && count > SocketMetrics.seriesLimit / 2)
    let queue = families.first { $0.name == "sockeye_listener_queue" }
    #expect(queue?.samples.reduce(0) { $0 + $1.value } == 40_000)
  }
}
