import Foundation
import TestSupport
import Testing

@testable import SocketSources

@Suite struct RegisteredProtocolsTests {
  private func read(_ text: String) throws -> RegisteredProtocols? {
    let path = FileManager.default.temporaryDirectory.path + "/protocols.\(UUID())"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return RegisteredProtocols(of: path)
  }

  @Test func theCountsAreTheKernels() throws {
    let found = try #require(
      try read(
        "protocol size sockets memory\nSCTP 1000 3 -1 no\nTCP 2304 1 55 no\nXDP 1088\nTIPC 8 x\n"))
    #expect(found["SCTP"] == 3 && found["TCP"] == 1 && found["DCCP"] == nil)
    // Not readable is not none.
    #expect(found["XDP"] == 1 && found["TIPC"] == 1)
  }

  @Test func whatIsNoSuchTableProvesNothing() throws {
    #expect(try read("") == nil)
    #expect(try read("protocol size sockets\nSCTP 1 1\n") == nil)
    #expect(RegisteredProtocols(of: "/nonexistent") == nil)
  }
}
