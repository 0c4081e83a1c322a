import Glibc
import SocketModel
import Testing

@testable import LinuxSystem

struct SocketAddressTests {
  static let addresses = [
    SocketAddress(IPAddress(v4: 0x0a00_0005), 443),
    SocketAddress(.unspecified(.ipv4), 0),
    SocketAddress(.loopback(.ipv6), 65535),
    SocketAddress(IPAddress(v6: 0xfe80 << 112 | 1), 22, interface: 3),
    SocketAddress(IPAddress(v6: 0xffff_7f00_0001), 8080),
  ]

  @Test(arguments: addresses)
  func bytesAndBack(address: SocketAddress) throws {
    let back = unsafe address.withBytes { pointer, length in
      unsafe SocketAddress(UnsafeRawBufferPointer(start: pointer, count: Int(length)))
    }
    #expect(back == address)
  }

  @Test func theLayoutIsTheCLibrarys() {
    let bytes = unsafe SocketAddress(IPAddress(v4: 0x7f00_0001), 80).withBytes { pointer, length in
      unsafe Array(UnsafeRawBufferPointer(start: pointer, count: Int(length)))
    }
    #expect(bytes.count == MemoryLayout<sockaddr_in>.size)
    #expect(Array(bytes[2...]) == [0, 80, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])
  }

  @Test(arguments: 0..<28)
  func whatIsCutShortIsNoAddress(count: Int) {
    let whole = SocketAddress(.loopback(.ipv6), 1)
    let cut = unsafe whole.withBytes { pointer, _ in
      unsafe SocketAddress(UnsafeRawBufferPointer(start: pointer, count: count))
    }
    #expect(cut == nil)
  }

  @Test func otherFamiliesAreNoAddress() {
    let bytes = [UInt8](repeating: 1, count: 110)
    #expect(unsafe bytes.withUnsafeBytes { unsafe SocketAddress($0) } == nil)
  }

  @Test(arguments: zip(addresses, ["10.0.0.5:443", "0.0.0.0:0", "[::1]:65535", "[fe80::1%3]:22"]))
  func text(address: SocketAddress, text: String) {
    #expect(address.description == text)
  }
}
