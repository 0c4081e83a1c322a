import Foundation
import Glibc
import LinuxSystem
import Peers
import SocketModel
import TestSupport
import Testing

/// What takes long or needs a limit of its own: `Scripts/load` runs it.
@Suite(
  .serialized, .enabled(if: environment("SOCKEYE_LOAD") != nil, "takes long: SOCKEYE_LOAD=1"))
struct EchoServerLoadTests {
  @Test func nineThousandClientsOfAHundredMessages() throws {
    var options = RunningServer.options
    options.maximumConnections = 20_000
    let server = try RunningServer(options: options)
    // Both ends are in this process, which may hold so many descriptors.
    let clients = try (0..<min(9000, descriptorLimit() / 2 - 200)).map { _ in
      try server.connect()
    }
    for round in 0..<100 {
      let messages = clients.indices.map { pattern(20, seed: round << 20 + $0) }
      for (client, message) in zip(clients, messages) {
        #expect(try client.socket.socket.send(message.span) == 20)
      }
      var wrong = 0
      for (client, message) in zip(clients, messages)
      where client.receive(20).received != message { wrong += 1 }
      #expect(wrong == 0)
    }
    let totals = try server.finish()
    #expect(totals.accepted == clients.count)
    #expect(totals.received == UInt64(clients.count * 2000))
    #expect(totals.unanswered == 0)
  }

  @Test func descriptorsAreGivenBack() throws {
    let server = try RunningServer()
    for _ in 0..<100 { #expect(try server.connect().exchange([1]).received == [1]) }
    let before = try openDescriptors()
    for _ in 0..<100_000 {
      let client = try server.connect()
      guard client.roundTrip([1]).received == [1] else {
        Issue.record("lost")
        return
      }
      // Or the ports run out in TIME_WAIT.
      try client.socket.resetOnClose()
    }
    let returned = try eventually { try openDescriptors() <= before }
    #expect(returned)
  }

  @Test func fiveHundredClientsThatNeverRead() throws {
    var options = RunningServer.options
    options.bufferSize = 4096
    let server = try RunningServer(options: options)
    let block = [UInt8](repeating: 1, count: 1 << 20)
    let deaf = try (0..<500).map { _ in try server.connect() }
    for client in deaf { _ = try client.socket.socket.send(block.span) }
    #expect(try server.connect().exchange([1, 2]).received == [1, 2])
    let totals = try server.finish()
    #expect(totals.unanswered <= 500 * 4096)
  }

  @Test(
    .enabled(if: descriptorLimit() <= 256, "needs a low limit of open files: ulimit -n 200"))
  func withoutDescriptorsItPausesAndGoesOn() throws {
    let server = try RunningServer()
    var clients: [Connection] = []
    // Clients take descriptors as well: the server is the one that finds none for the last.
    var hoard: [FileHandle] = []
    while let handle = FileHandle(forReadingAtPath: "/dev/null") { hoard.append(handle) }
    for _ in 0..<3 {
      hoard.removeLast()
      clients.append(try server.connect())
    }
    let hasPaused = eventually {
      server.events.contains {
        if case .pausedAccepting(.tooManyFiles) = $0 { true } else { false }
      }
    }
    #expect(hasPaused)
    let busy = try processorTime()
    _ = Glibc.poll(nil, 0, 500)
    #expect(try processorTime() - busy < .milliseconds(100))
    hoard.removeAll()
    for client in clients { #expect(client.roundTrip([7]).received == [7]) }
    let totals = try server.finish()
    #expect(totals.accepted == 3)
    #expect(totals.pauses > 0)
  }
}

private func descriptorLimit() -> Int {
  var limit = rlimit()
  _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  return Int(clamping: limit.rlim_cur)
}

private func openDescriptors() throws -> Int {
  try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
}

private func processorTime() throws -> Duration {
  var time = timespec()
  _ = unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}
