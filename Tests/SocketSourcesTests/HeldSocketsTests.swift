import Glibc
import LinuxSystem
import SocketModel
import TestSupport
import Testing

@testable import SocketSources

@Suite struct HeldSocketsTests {
  @Test func ofThisProcess() throws {
    let sockets = [
      try SceneSocket(.tcp), try SceneSocket(.tcp, .ipv6), try SceneSocket(.udp, .ipv6),
    ]
    let posted = try PostedDescriptor(posting: 0)
    let held = try HeldSockets(of: getpid())
    // Other tests hold some too.
    #expect(held.counts["TCP"] ?? 0 >= 2 && held.counts["UDP"] ?? 0 >= 1)
    #expect(held.counts["unix"] ?? 0 >= 2)
    #expect(held.protocols.isSuperset(of: [.tcp, .udp, .unixStream]))
    #expect(held.counts.keys.allSatisfy { !$0.hasSuffix("v6") && !$0.contains("\0") })
    var twice = held
    twice.add(held)
    #expect(twice.counts == held.counts.mapValues { 2 * $0 })
    withExtendedLifetime((sockets, posted)) {}
  }

  @Test func ofNobody() {
    #expect(throws: Errno.noSuchFile) { try HeldSockets(of: .max) }
    #expect(HeldSockets().protocols.isEmpty)
  }

  /// The first process is never an ordinary user's.
  @Test(.enabled(if: geteuid() != 0)) func ofSomebodyElse() {
    #expect(throws: Errno.accessDenied) { try HeldSockets(of: 1) }
  }
}
