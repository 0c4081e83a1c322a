import Foundation
import LinuxSystem
import Peers
import SocketModel
import Synchronization
import TestSupport
import Testing

struct ConnectWaitTests {
  @Test func whoListensAlreadyIsReachedAtOnce() throws {
    let server = try RunningServer()
    guard case .reached(let connection) = try ConnectWait().run(server.addresses) else {
      Issue.record("not reached")
      return
    }
    #expect(connection.remote == server.addresses[0])
  }

  /// A listener whose accept queue is full answers nobody, until it accepts.
  @Test func aServerIsNoticedWhenItBeginsToAnswer() throws {
    let listener = try TCPSocket(.ipv4)
    try listener.socket.bind(to: SocketAddress(.loopback(.ipv4), 0))
    try listener.listen(backlog: 0)
    let address = try listener.socket.localAddress()
    let first = try Connector().connect(to: [address])
    defer { withExtendedLifetime(first) {} }
    let outcome = Mutex<ConnectWait.Outcome?>(nil)
    let ended = DispatchSemaphore(value: 0)
    let thread = Foundation.Thread {
      var wait = ConnectWait()
      wait.attemptTimeout = .milliseconds(100)
      let found = try? wait.run([address])
      outcome.withLock { $0 = found }
      ended.signal()
    }
    thread.start()
    let isWaiting = try eventually { try KernelTable().contains(.synSent, to: address.endpoint) }
    #expect(isWaiting)
    _ = try listener.accept()
    ended.wait()
    guard case .reached(let connection) = try #require(outcome.withLock { $0 }) else {
      Issue.record("not reached")
      return
    }
    #expect(connection.remote == address)
  }

  @Test func freeIsWhenNobodyListensAnyMore() throws {
    let server = try RunningServer()
    let address = server.addresses[0]
    var wait = ConnectWait()
    wait.goal = .free
    wait.timeout = .milliseconds(50)
    guard case .timedOut = try wait.run([address]) else {
      Issue.record("free while it listens")
      return
    }
    _ = try server.finish()
    wait.timeout = .seconds(10)
    guard case .free = try wait.run([address]) else {
      Issue.record("not free")
      return
    }
  }

  @Test func theTimeRunsOut() throws {
    var wait = ConnectWait()
    wait.timeout = .milliseconds(60)
    let start = MonotonicInstant.now()
    let outcome = try wait.run([try closedAddress(.ipv6)])
    guard case .timedOut = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(start.elapsed >= .milliseconds(60))
  }

  @Test func theCallerMayGiveUp() throws {
    let stop = try EventDescriptor()
    stop.signal()
    var wait = ConnectWait()
    wait.stop = stop.rawValue
    guard case .stopped = try wait.run([try closedAddress(.ipv4)]) else {
      Issue.record("not stopped")
      return
    }
  }
}
