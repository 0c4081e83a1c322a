import LinuxSystem
import Peers
import SocketModel
import TestSupport
import Testing

struct PortProbeTests {
  @Test(arguments: IPAddress.Family.allCases)
  func openAndClosed(family: IPAddress.Family) throws {
    let server = try RunningServer(at: [SocketAddress(.loopback(family), 0)])
    let targets = [server.addresses[0], try closedAddress(family)]
    var heard: [ProbeResult] = []
    let results = try PortProbe().run(targets) { heard.append($0) }
    #expect(results.map(\.finding) == [.open, .closed])
    #expect(results.map(\.endpoint) == targets.map(\.endpoint))
    #expect(Set(heard) == Set(results))
    #expect(results[0].duration < .seconds(1))
  }

  @Test func aFullAcceptQueueGivesNoAnswer() throws {
    let scenario = Scenario()
    try scenario.addSynSent()
    let full = try #require(scenario.expected.first { $0.state == .synSent }).remote
    var probe = PortProbe()
    probe.timeout = .milliseconds(100)
    let results = try probe.run([SocketAddress(full), SocketAddress(full)])
    #expect(results.map(\.finding) == [.filtered(.noAnswer), .filtered(.noAnswer)])
    #expect(results.allSatisfy { $0.duration >= .milliseconds(100) })
  }

  @Test func manyPortsKeepTheirOrder() throws {
    let server = try RunningServer()
    let closed = try closedAddress(.ipv4)
    let targets = (0..<500).map { $0 % 7 == 0 ? server.addresses[0] : closed }
    let results = try PortProbe().run(targets)
    #expect(results.count == 500)
    for (index, result) in results.enumerated() {
      #expect(result.finding == (index % 7 == 0 ? .open : .closed))
    }
  }

  @Test func theRateIsKept() throws {
    let closed = try closedAddress(.ipv4)
    var probe = PortProbe()
    probe.rate = 100
    let start = MonotonicInstant.now()
    let results = try probe.run(Array(repeating: closed, count: 21))
    #expect(results.count == 21)
    #expect(start.elapsed >= .milliseconds(200))
  }

  @Test func theCallerMayGiveUp() throws {
    let scenario = Scenario()
    try scenario.addSynSent()
    let full = try #require(scenario.expected.first { $0.state == .synSent }).remote
    let stop = try EventDescriptor()
    stop.signal()
    var probe = PortProbe()
    probe.stop = stop.rawValue
    #expect(try probe.run([SocketAddress(full)]) == [])
  }

  @Test func noTargetsNoResults() throws {
    #expect(try PortProbe().run([]) == [])
  }

  @Test(
    .enabled(
      if: IsolatedNetwork.isAvailable, Comment(rawValue: IsolatedNetwork.neededFor)))
  func whatAFirewallOnTheWaySays() throws {
    let findings = try onThreadOfItsOwn {
      let network = try RoutedNetwork()
      defer { withExtendedLifetime(network) {} }
      var probe = PortProbe()
      probe.timeout = .milliseconds(1500)
      return try probe.run(RoutedNetwork.targets).map(\.finding)
    }
    #expect(findings == RoutedNetwork.findings)
  }

  @Test(
    .enabled(
      if: IsolatedNetwork.isAvailable && environment("SOCKEYE_LOAD") != nil,
      "needs SOCKEYE_LOAD=1 and what namespaces need"))
  func aThousandPortsOfADroppingHost() throws {
    let (findings, duration) = try onThreadOfItsOwn {
      let network = try RoutedNetwork()
      defer { withExtendedLifetime(network) {} }
      let start = MonotonicInstant.now()
      let targets = (2000..<3000).map { SocketAddress(RoutedNetwork.hostAddress, UInt16($0)) }
      return (try PortProbe().run(targets).map(\.finding), start.elapsed)
    }
    #expect(findings == Array(repeating: .filtered(.noAnswer), count: 1000))
    #expect(duration < .seconds(15))
  }
}
