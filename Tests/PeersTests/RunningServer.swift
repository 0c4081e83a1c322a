import Foundation
import LinuxSystem
import Peers
import SocketModel
import Synchronization
import Testing

/// An echo server on a thread of its own, at free loopback ports.
final class RunningServer: Sendable {
  private struct Progress {
    var addresses: [SocketAddress] = []
    var events: [EchoServer.Event] = []
    var totals: EchoServer.Counters?
    var error: Errno?
  }

  /// Clients that a test still holds at the end do not keep it for long.
  static var options: EchoServer.Options {
    var options = EchoServer.Options()
    options.grace = .milliseconds(100)
    return options
  }

  private let progress: Mutex<Progress>
  private let stop: EventDescriptor
  private let finished = DispatchSemaphore(value: 0)

  init(
    at wanted: [SocketAddress] = [SocketAddress(.loopback(.ipv4), 0)],
    options: EchoServer.Options = RunningServer.options
  ) throws {
    let stop = try EventDescriptor()
    self.stop = stop
    progress = Mutex(Progress())
    let started = DispatchSemaphore(value: 0)
    let thread = Foundation.Thread { [self] in
      do throws(Errno) {
        var server = try EchoServer(at: wanted, options: options)
        progress.withLock { $0.addresses = server.addresses }
        started.signal()
        let note = { (event: EchoServer.Event) in
          self.progress.withLock { $0.events.append(event) }
        }
        try server.serve(until: stop.rawValue, onEvent: note)
        let totals = try server.finish(onEvent: note)
        progress.withLock { $0.totals = totals }
      } catch {
        progress.withLock { $0.error = error }
        started.signal()
      }
      finished.signal()
    }
    thread.start()
    started.wait()
    if let error = progress.withLock({ $0.error }) { throw error }
  }

  deinit { stop.signal() }

  var addresses: [SocketAddress] { progress.withLock { $0.addresses } }
  var events: [EchoServer.Event] { progress.withLock { $0.events } }

  func connect() throws -> Connection { try Connector().connect(to: addresses) }

  /// Stops it and returns its totals.
  func finish() throws -> EchoServer.Counters {
    stop.signal()
    finished.wait()
    return try #require(progress.withLock { $0.totals })
  }

  func requestStop() { stop.signal() }
}
