import LinuxSystem
import TestSupport
import Testing

@Suite struct ExtendedAttributeTests {
  @Test func aSocketsProtocol() throws {
    let socket = try ListeningSocket()
    let value = try ExtendedAttribute.value(
      "system.sockprotoname", of: "/proc/self/fd/\(socket.descriptor)")
    #expect(value == Array("TCP\0".utf8))
  }

  @Test func noFileHasNone() {
    #expect(throws: Errno.noSuchFile) {
      try ExtendedAttribute.value("system.sockprotoname", of: "/nonexistent")
    }
  }
}
