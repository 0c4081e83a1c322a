import LinuxSystem
import SocketModel
import Testing
import TestSupport

@testable import SocketSources

/// Makes fixtures/diag again; Scripts/record-diag-fixtures runs it in a network namespace of its own.
@Suite(.enabled("records fixtures, only with RECORD_DIAG=1") { environment("RECORD_DIAG") != nil })
struct DiagFixtures {
  @Test func record() throws {
    let scene = try Scene()
    _ = try scene.settledRows()
    let port = scene.dualStack.local.port
    try record("scene", Query(protocols: .all))
    try record("details", Query(protocols: .all, needs: .details))
    try record("listening", Query(protocols: .all, states: .listening))
    try record(
      "narrowed", Query(pushdown: .port(.local, port...port) || .port(.remote, port...port)))
    Issue.record("recorded \(fixturePath("diag"))")
  }

  private func record(_ name: String, _ query: Query) throws {
    let file = try FileDescriptor.open(
      fixturePath("diag/\(name).bin"), [.writeOnly, .create, .truncate])
    let descriptor = file.rawValue
    let source = DiagSource(recorder: { bytes throws(Errno) in
      try FileDescriptor.write(bytes, to: descriptor)
    })
    _ = try source.read(query)
    _ = consume file
  }

  @Test func recordDestroyNotices() throws {
    let socket = try NetlinkSocket.sockDiag()
    try socket.bind(groups: [1, 2, 3, 4])
    try endConnection()
    let file = try FileDescriptor.open(
      fixturePath("diag/destroyed.bin"), [.writeOnly, .create, .truncate])
    var buffer = zeros(1 << 13)
    var notices = 0
    let came = try eventually {
      do throws(Errno) {
        let count = try socket.receive(into: &buffer, waiting: false).count
        try file.write(Array(buffer.prefix(count)).span)
        notices += 1
      } catch {
        if error != .wouldBlock { throw error }
      }
      return notices == 2
    }
    #expect(came)
    Issue.record("recorded \(fixturePath("diag/destroyed.bin"))")
  }

  private func endConnection() throws {
    let listener = try SceneSocket.listener()
    let client = try SceneSocket()
    try client.connect(listener.local)
    let server = try listener.accept()
    try server.send(1000)
    _ = (client, server)
  }
}
