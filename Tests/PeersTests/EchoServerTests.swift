import LinuxSystem
import Peers
import SocketModel
import TestSupport
import Testing

struct EchoServerTests {
  @Test(arguments: IPAddress.Family.allCases)
  func whatIsSentComesBack(family: IPAddress.Family) throws {
    let server = try RunningServer(at: [SocketAddress(.loopback(family), 0)])
    let message = Array("hello\0\u{ff}".utf8)
    let exchange = try server.connect().exchange(message)
    #expect(exchange.received == message)
    #expect(exchange.end == .closed)
    let totals = try server.finish()
    #expect(totals.accepted == 1)
    #expect(totals.received == UInt64(message.count))
    #expect(totals.sent == UInt64(message.count))
    #expect(totals.unanswered == 0)
  }

  @Test func aHalfClosedClientGetsEverything() throws {
    let server = try RunningServer()
    let message = pattern(3_000_000, seed: 7)
    let exchange = try server.connect().exchange(message)
    #expect(exchange.received == message)
    #expect(try server.finish().sent == 3_000_000)
  }

  @Test func manyClientsAreNotMixedUp() throws {
    let server = try RunningServer()
    let clients = try (0..<100).map { _ in try server.connect() }
    for round in 0..<5 {
      for (index, client) in clients.enumerated() {
        let message = pattern(100 + index, seed: round * 1000 + index)
        #expect(client.roundTrip(message).received == message)
      }
    }
    #expect(Set(clients.map(\.local.endpoint.port)).count == 100)
    #expect(try server.finish().accepted == 100)
  }

  @Test func aClientThatDoesNotReadIsHeldBack() throws {
    var options = RunningServer.options
    options.bufferSize = 1000
    let server = try RunningServer(options: options)
    let deaf = try server.connect()
    var (sent, exchanged, more) = (0, 0, 0)
    repeat {
      more = sendUntilBlocked(deaf)
      sent += more
      // Others are served all the same. Once one was, the server has looked at what was sent before.
      #expect(try server.connect().exchange([1, 2, 3]).received == [1, 2, 3])
      exchanged += 3
    } while more > 0
    let totals = try server.finish()
    #expect(totals.cutOff == 1)
    #expect(totals.received <= UInt64(sent + exchanged))
    #expect(totals.unanswered > 0)
    #expect(totals.unanswered <= 1000)
  }

  @Test func theOneTooManyGetsACleanClose() throws {
    var options = RunningServer.options
    options.maximumConnections = 2
    let server = try RunningServer(options: options)
    let first = try server.connect()
    let second = try server.connect()
    #expect(first.roundTrip([1]).received == [1])
    #expect(second.roundTrip([2]).received == [2])
    let third = try server.connect().exchange([])
    #expect(third.received == [])
    #expect(third.end == .closed)
    let wasSaid = eventually {
      server.events.contains { if case .rejected = $0 { true } else { false } }
    }
    #expect(wasSaid)
    let totals = try server.finish()
    #expect(totals.accepted == 2)
    #expect(totals.rejected == 1)
  }

  // Who was rejected saw what the client of a server that answers nothing sees.
  @Test func whoIsTurnedAwayCanTell() throws {
    var options = RunningServer.options
    options.maximumConnections = 0
    let server = try RunningServer(options: options)
    for converse in [{ $0.exchange([1, 2, 3]) }, { $0.roundTrip([1, 2, 3]) }]
      as [(Connection) -> Exchange]
    {
      let client = try server.connect()
      _ = try PollSet.wait(at: client.socket.rawValue, .readable)
      #expect(converse(client).end == .closedEarly)
    }
  }

  @Test func anIdleClientIsClosedAndABusyOneIsNot() throws {
    var options = RunningServer.options
    options.idleTimeout = .seconds(1)
    let server = try RunningServer(options: options)
    let idle = try server.connect()
    let busy = try server.connect()
    let idleEnded = try eventually {
      #expect(busy.roundTrip([1]).received == [1])
      return try !PollSet.wait(at: idle.socket.rawValue, timeout: .milliseconds(20)).isEmpty
    }
    #expect(idleEnded)
    #expect(busy.roundTrip([2]).received == [2])
    let totals = try server.finish()
    #expect(totals.idle == 1)
  }

  @Test func aResetIsCountedAndHurtsNobody() throws {
    let server = try RunningServer()
    let other = try server.connect()
    do {
      let rude = try server.connect()
      #expect(rude.roundTrip([1]).received == [1])
      try rude.socket.resetOnClose()
    }
    let wasReset = eventually {
      server.events.contains {
        if case .closed(_, .failed(.connectionReset)) = $0 { true } else { false }
      }
    }
    #expect(wasReset)
    #expect(other.roundTrip([2]).received == [2])
    #expect(try server.finish().failed == 1)
  }

  @Test func discardTakesAllAndAnswersNothing() throws {
    var options = RunningServer.options
    options.mode = .discard
    let server = try RunningServer(options: options)
    let exchange = try server.connect().exchange(pattern(500_000, seed: 1))
    #expect(exchange.received == [])
    #expect(exchange.end == .closed)
    let totals = try server.finish()
    #expect(totals.received == 500_000)
    #expect(totals.sent == 0)
    #expect(totals.unanswered == 0)
  }

  @Test func chargenSendsTheLinesOfItsStandard() throws {
    var options = RunningServer.options
    options.mode = .chargen
    let server = try RunningServer(options: options)
    let exchange = try server.connect().receive(20_000)
    let text = String(decoding: exchange.received, as: UTF8.self)
    let lines = text.split(separator: "\r\n")
    #expect(
      lines[0] == ##" !"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefg"##)
    #expect(lines[1].hasPrefix("!\"#"))
    #expect(lines[94].hasPrefix("~ !"))
    #expect(lines[95] == lines[0])
  }

  @Test(arguments: [EchoServer.Mode.echo, .chargen])
  func theRateIsKept(mode: EchoServer.Mode) throws {
    var options = RunningServer.options
    options.mode = mode
    options.rate = 100_000
    let server = try RunningServer(options: options)
    let client = try server.connect()
    let message = mode == .echo ? pattern(40_000, seed: 3) : []
    let start = MonotonicInstant.now()
    let exchange = mode == .echo ? client.roundTrip(message) : client.receive(40_000)
    #expect(exchange.end == .complete)
    #expect(exchange.received.count == 40_000)
    // A tenth of a second's worth may pass at once.
    #expect(start.elapsed >= .milliseconds(290))
    #expect(mode == .chargen || exchange.received == message)
  }

  @Test func theEndAnswersWhatIsInFlight() throws {
    let server = try RunningServer(options: EchoServer.Options())
    let clients = try (0..<20).map { _ in try server.connect() }
    for client in clients { #expect(client.roundTrip([1]).received == [1]) }
    let message = pattern(10_000, seed: 4)
    for client in clients { _ = try client.socket.socket.send(message.span) }
    server.requestStop()
    for client in clients {
      let answer = client.exchange([], timeout: .seconds(10))
      #expect(answer.received == message)
      #expect(answer.end == .closed)
    }
    let totals = try server.finish()
    #expect(totals.accepted == 20)
    #expect(totals.cutOff == 0)
    #expect(totals.unanswered == 0)
  }

  @Test func aSilentClientDoesNotHoldUpTheEnd() throws {
    let options = RunningServer.options
    let server = try RunningServer(options: options)
    let silent = try server.connect()
    #expect(silent.roundTrip([1]).received == [1])
    let start = MonotonicInstant.now()
    let totals = try server.finish()
    #expect(start.elapsed < .seconds(5))
    #expect(totals.cutOff == 1)
    #expect(server.events.contains(.stopping(1)))
  }

  @Test func aDualStackServerTakesBothFamilies() throws {
    let server = try RunningServer(at: [SocketAddress(.unspecified(.ipv6), 0)])
    let port = try #require(server.addresses.first).endpoint.port
    for family in IPAddress.Family.allCases {
      let client = try Connector().connect(to: [SocketAddress(.loopback(family), port)])
      #expect(client.exchange([1]).received == [1])
    }
    let remotes = server.events.compactMap { event in
      if case .opened(let report) = event { report.remote.endpoint.address } else { nil }
    }
    #expect(remotes == [IPAddress(v6: 0xffff_7f00_0001), .loopback(.ipv6)])
  }

  @Test func bothFamiliesShareAFreePort() throws {
    let server = try RunningServer(
      at: IPAddress.Family.allCases.map { SocketAddress(.loopback($0), 0) })
    #expect(server.addresses.count == 2)
    #expect(Set(server.addresses.map(\.endpoint.port)).count == 1)
    #expect(server.addresses[0].endpoint.port != 0)
  }

  @Test func aTakenPortIsAnError() throws {
    let server = try RunningServer()
    #expect(throws: Errno.addressInUse) { _ = try RunningServer(at: server.addresses) }
  }
}

private func sendUntilBlocked(_ client: Connection) -> Int {
  let block = [UInt8](repeating: 1, count: 65536)
  var sent = 0
  var blocked = 0
  while blocked < 5 {
    do throws(Errno) {
      sent += try client.socket.socket.send(block.span)
      blocked = 0
    } catch {
      _ = try? PollSet.wait(at: client.socket.rawValue, .writable, timeout: .milliseconds(20))
      blocked += 1
    }
  }
  return sent
}
