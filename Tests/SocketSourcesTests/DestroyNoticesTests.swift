import LinuxSystem
import SocketModel
import Testing
import TestSupport

@testable import SocketSources

@Suite struct DestroyNoticesTests {
  /// Nil where the kernel (or a container) gives none: nothing can be tested there.
  private func open(_ protocols: SocketKindSet) throws -> [DestroyNotices.Box] {
    do throws(SourceError) {
      return [DestroyNotices.Box(try DestroyNotices(protocols))]
    } catch {
      guard case .refused = error else { throw error }
      return []
    }
  }

  @Test(arguments: IPAddress.Family.allCases)
  func tellsTheLastCountsOfAConnection(family: IPAddress.Family) throws {
    guard let box = try open(.all).first else { return }
    let cookies = try connectAndClose(family)
    var received: [DestroyNotice] = []
    let came = try eventually {
      _ = try box.notices.receive(into: &received)
      return cookies.allSatisfy { cookie in received.contains { $0.socket.cookie == cookie } }
    }
    #expect(came)
    let client = try #require(received.first { $0.socket.cookie == cookies[0] })
    #expect(client.socket.family == family)
    #expect(client.tcpInfo?.payloadSent == 1000)
  }

  /// The cookies of a client, which sends 1,000 bytes, and of its server.
  private func connectAndClose(_ family: IPAddress.Family) throws -> [UInt64] {
    let listener = try SceneSocket.listener(family)
    let client = try SceneSocket(.tcp, family)
    try client.connect(listener.local)
    let server = try listener.accept()
    try client.send(1000)
    let table = try DiagSource().read(Query(states: StateSet(.established)))
    return [client, server].compactMap { socket in
      table.sockets.first { $0.inode == socket.inode }?.cookie
    }
  }

  @Test func readsARecordedNotice() throws {
    let bytes = try fixture("diag/destroyed.bin")
    var notices: [DestroyNotice] = []
    #expect(DestroyNotices.take(bytes.span, into: &notices))
    #expect(notices.count == 2)
    #expect(notices.map(\.socket.kind) == [.tcp, .tcp])
    #expect(notices.map(\.socket.inode) == [0, 0])
    #expect(notices.compactMap { $0.tcpInfo?.payloadSent }.max() == 1000)
  }

  @Test func hostileNoticesNeverTrap() throws {
    fuzz(try fixture("diag/destroyed.bin")) { bytes in
      var notices: [DestroyNotice] = []
      _ = DestroyNotices.take(bytes.span, into: &notices)
    }
  }
}

extension DestroyNotices {
  /// A place for what can't be copied.
  fileprivate final class Box {
    var notices: DestroyNotices
    init(_ notices: consuming DestroyNotices) { self.notices = notices }
  }
}
