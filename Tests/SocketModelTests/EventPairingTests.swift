import SocketModel
import Testing

struct EventPairingTests {
  private func end(_ text: String, _ port: UInt16) throws -> Endpoint {
    Endpoint(try #require(IPAddress(text)), port)
  }

  private func event(
    _ local: Endpoint, _ remote: Endpoint, at time: UInt64 = 0, in namespace: UInt64 = 1,
    role: ConnectionEvent.Role? = nil, kind: ConnectionEvent.Kind = .ended
  ) -> ConnectionEvent {
    var event = ConnectionEvent(
      kind, Socket(.tcp, local: local, remote: remote, state: .closed), namespace: namespace,
      time: time)
    event.role = role
    if kind == .ended {
      event.ending = ConnectionEnding(closedBy: .here, reason: .closed, hasFailed: false)
    }
    return event
  }

  @Test func bothEndsComeTogetherTheOneThatConnectedFirst() throws {
    let (client, server) = (try end("127.0.0.1", 40_000), try end("127.0.0.1", 80))
    for order in [[0, 1], [1, 0]] {
      var pairing = EventPairing()
      let events = [
        event(client, server, at: 5, role: .connected),
        event(server, client, at: 9, role: .accepted),
      ]
      for index in order { pairing.add(events[index], mayHavePeer: true) }
      let pairs = pairing.take(at: 10)
      #expect(pairs.map(\.event) == [events[0]] && pairs.map(\.peer) == [events[1]])
      #expect(pairing.isEmpty)
    }
  }

  @Test func aMappedEndIsThatOfIPv4() throws {
    let (client, server) = (try end("127.0.0.1", 40_000), try end("127.0.0.1", 80))
    let mapped = (try end("::ffff:127.0.0.1", 80), try end("::ffff:127.0.0.1", 40_000))
    var pairing = EventPairing()
    pairing.add(event(client, server, role: .connected), mayHavePeer: true)
    pairing.add(event(mapped.0, mapped.1, role: .accepted), mayHavePeer: true)
    do {
      let pairs = pairing.take(at: 0)
      #expect(pairs.count == 1)
    }
  }

  @Test func whatMayHaveAnotherEndWaitsForItAndNoLonger() throws {
    let (client, server) = (try end("127.0.0.1", 40_000), try end("127.0.0.1", 80))
    var pairing = EventPairing(patience: 100)
    pairing.add(event(client, server, at: 1000), mayHavePeer: true)
    pairing.add(event(client, try end("192.0.2.1", 80), at: 1000), mayHavePeer: false)
    let elsewhere = try end("192.0.2.1", 80)
    var taken = pairing.take(at: 1050)
    #expect(taken.map(\.event.socket.remote) == [elsewhere])
    taken = pairing.take(at: 1099)
    #expect(taken.isEmpty && !pairing.isEmpty)
    taken = pairing.take(at: 1100)
    #expect(taken.map(\.event.socket.remote) == [server])
    pairing.add(event(client, server, at: .max), mayHavePeer: true)
    taken = pairing.take(at: nil)
    #expect(taken.count == 1 && pairing.isEmpty)
  }

  @Test func loopbackOfAnotherNamespaceIsAnotherPlace() throws {
    let (client, server) = (try end("127.0.0.1", 40_000), try end("127.0.0.1", 80))
    let (near, far) = (try end("10.0.0.1", 40_000), try end("10.0.0.2", 80))
    var pairing = EventPairing()
    pairing.add(event(client, server, in: 1), mayHavePeer: true)
    pairing.add(event(server, client, in: 2), mayHavePeer: true)
    do {
      let pairs = pairing.take(at: 0)
      #expect(pairs.isEmpty)
    }
    pairing.add(event(near, far, in: 1), mayHavePeer: true)
    pairing.add(event(far, near, in: 2), mayHavePeer: true)
    do {
      let pairs = pairing.take(at: 0)
      #expect(pairs.count == 1)
    }
  }

  @Test func portsThatAreUsedAgainAreAnotherConnection() throws {
    let (client, server) = (try end("127.0.0.1", 40_000), try end("127.0.0.1", 80))
    var pairing = EventPairing()
    pairing.add(event(client, server, at: 1), mayHavePeer: true)
    pairing.add(event(client, server, at: 2), mayHavePeer: true)
    do {
      let pairs = pairing.take(at: 2)
      #expect(pairs.map(\.event.time) == [1])
    }
  }

  @Test func aSocketThatIsConnectedToItselfHasNoOtherEnd() throws {
    let own = try end("127.0.0.1", 40_000)
    var pairing = EventPairing()
    pairing.add(event(own, own), mayHavePeer: true)
    do {
      let pairs = pairing.take(at: 0)
      #expect(pairs.map(\.peer) == [nil])
    }
  }

  @Test func whatListensOwnsWhatComesToIt() throws {
    let process = ConnectionEvent.Process(pid: 7, name: Array("nginx".utf8))
    let other = ConnectionEvent.Process(pid: 8, name: Array("sshd".utf8))
    var owners = ListenerOwners()
    owners.note(try end("0.0.0.0", 80), in: 1, process)
    owners.note(try end("127.0.0.2", 80), in: 1, other)
    let client = try end("127.0.0.1", 40_000)
    #expect(owners.owner(of: event(try end("127.0.0.1", 80), client)) == process)
    #expect(owners.owner(of: event(try end("127.0.0.2", 80), client)) == other)
    #expect(owners.owner(of: event(try end("127.0.0.2", 81), client)) == nil)
    #expect(owners.owner(of: event(try end("127.0.0.1", 80), client, in: 2)) == nil)
  }
}
