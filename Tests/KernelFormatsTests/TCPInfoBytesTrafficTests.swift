import SocketModel
import TestSupport
import Testing

@testable import KernelFormats

@Suite struct TCPInfoBytesTrafficTests {
  /// A message with nothing but a `tcp_info` in which each byte is another.
  private func message(_ count: Int) -> [UInt8] {
    let length = UInt16(count + 4)
    return [UInt8](repeating: 0, count: InetDiagMessage.size)
      + [UInt8(length & 255), UInt8(length >> 8), 2, 0]
      + (0..<count).map { $0 == 0 ? 1 : UInt8($0 & 127) }
      + [UInt8](repeating: 0, count: (4 - count % 4) % 4)
  }

  /// The short way says what the long way does, whatever the kernel's age.
  @Test(arguments: [1, 104, 192, 215, 216, 232, 248, 280])
  func isWhatTheWholeSays(count: Int) throws {
    let bytes = message(count)
    for state in TCPState.named {
      var details = InetDiagDetails()
      let whole = try details.decode(in: bytes.span, at: bytes.indices).tcpInfo
      let traffic = try TCPInfoBytes.traffic(of: state, in: bytes.span, at: bytes.indices)
      #expect(traffic == whole.map { SocketTraffic($0, in: state) })
      #expect((traffic.sent != nil) == (count >= 216 && state != .listening))
    }
  }

  @Test func isUnknownWithoutTheAttribute() throws {
    let bytes = [UInt8](repeating: 0, count: InetDiagMessage.size)
    let traffic = try TCPInfoBytes.traffic(of: .established, in: bytes.span, at: bytes.indices)
    #expect(traffic == SocketTraffic())
    #expect(traffic.received == nil && traffic.sent == nil)
    #expect(traffic.rtt == nil && traffic.retransmits == nil)
  }

  @Test func nothingTraps() {
    fuzz(message(248)) { bytes in
      _ = try? TCPInfoBytes.traffic(of: .established, in: bytes.span, at: bytes.indices)
    }
  }
}
