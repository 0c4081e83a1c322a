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

  @Test func aListenerIsNoticedSoonAfterItComes() throws {
    let address = try closedAddress(.ipv4)
    let listening = Mutex<MonotonicInstant?>(nil)
    let server = Mutex<RunningServer?>(nil)
    let thread = Foundation.Thread {
      Foundation.Thread.sleep(forTimeInterval: 0.3)
      let started = try? RunningServer(at: [address])
      listening.withLock { $0 = .now() }
      server.withLock { $0 = started }
    }
    thread.start()
    guard case .reached = try ConnectWait().run([address]) else {
      Issue.record("not reached")
      return
    }
    let reached = MonotonicInstant.now()
    #expect(eventually { server.withLock { $0 != nil } })
    let since = try #require(listening.withLock { $0 })
    #expect(reached - since < .milliseconds(100))
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
