import LinuxSystem
import SocketModel
import Testing

@testable import Peers

struct ConnectorTests {
  @Test func familiesTakeTurns() {
    let v4 = (1...3).map { SocketAddress(IPAddress(v4: $0), 1) }
    let v6 = (1...2).map { SocketAddress(IPAddress(v6: $0), 1) }
    #expect(Connector.interleaved(v6 + v4) == [v6[0], v4[0], v6[1], v4[1], v4[2]])
    #expect(Connector.interleaved([]) == [])
  }

  @Test func theNextAddressIsTriedAtOnceAfterARefusal() throws {
    let server = try RunningServer()
    let closed = try closedAddress(.ipv6)
    let start = MonotonicInstant.now()
    let connection = try Connector().connect(to: [closed] + server.addresses)
    #expect(connection.remote == server.addresses[0])
    #expect(start.elapsed < .seconds(5))
  }

  @Test func theNextAddressStartsWhileOneIsSilent() throws {
    let server = try RunningServer()
    let silent = Scenario()
    try silent.addSynSent()
    let deaf = try #require(silent.expected.first { $0.state == .synSent }).remote
    let start = MonotonicInstant.now()
    let connection = try Connector().connect(to: [SocketAddress(deaf)] + server.addresses)
    #expect(connection.remote == server.addresses[0])
    #expect(start.elapsed >= .milliseconds(250))
  }

  @Test func refusedEverywhere() throws {
    let closed = [try closedAddress(.ipv4), try closedAddress(.ipv6)]
    let error = #expect(throws: ConnectError.self) {
      _ = try Connector().connect(to: closed)
    }
    #expect(error?.attempts.map(\.address) == closed)
    #expect(error?.attempts.map(\.outcome) == [.refused, .refused])
  }

  @Test func noAnswerInTime() throws {
    let silent = Scenario()
    try silent.addSynSent()
    let deaf = SocketAddress(try #require(silent.expected.first { $0.state == .synSent }).remote)
    let start = MonotonicInstant.now()
    let error = #expect(throws: ConnectError.self) {
      _ = try Connector(timeout: .milliseconds(100)).connect(to: [deaf])
    }
    #expect(error?.attempts.map(\.outcome) == [.timedOut])
    #expect(start.elapsed >= .milliseconds(100))
    #expect(error?.wasStopped == false)
  }

  @Test func theCallerMayGiveUp() throws {
    let silent = Scenario()
    try silent.addSynSent()
    let deaf = SocketAddress(try #require(silent.expected.first { $0.state == .synSent }).remote)
    let stop = try EventDescriptor()
    stop.signal()
    var connector = Connector()
    connector.stop = stop.rawValue
    let error = #expect(throws: ConnectError.self) { _ = try connector.connect(to: [deaf]) }
    #expect(error?.wasStopped == true)
    #expect(error?.attempts.map(\.outcome) == [.abandoned])
  }

  @Test func noAddressIsNoConnection() {
    #expect(throws: ConnectError.self) { _ = try Connector().connect(to: []) }
  }
}

/// Where nobody listens.
func closedAddress(_ family: IPAddress.Family) throws -> SocketAddress {
  let socket = try TCPSocket(family)
  try socket.socket.bind(to: SocketAddress(.loopback(family), 0))
  return try socket.socket.localAddress()
}
