internal import CLinux
internal import Glibc
public import SocketModel

/// An endpoint as the socket calls take it, with the interface that a link-local address needs
/// (`sockaddr_in`, `sockaddr_in6` and its `sin6_scope_id`; ip(7), ipv6(7)).
public struct SocketAddress: Hashable, Sendable {
  public var endpoint: IPEndpoint
  /// An interface index; 0 for none.
  public var interface: UInt32

  public init(_ endpoint: IPEndpoint, interface: UInt32 = 0) {
    self.endpoint = endpoint
    self.interface = interface
  }

  public init(_ address: IPAddress, _ port: UInt16, interface: UInt32 = 0) {
    self.init(IPEndpoint(address, port), interface: interface)
  }

  public var family: IPAddress.Family { endpoint.address.family }
}

extension SocketAddress: CustomStringConvertible {
  /// `10.0.0.5:443`, `[fe80::1%2]:443`.
  public var description: String {
    interface == 0
      ? "\(endpoint)" : "[\(endpoint.address)%\(interface)]:\(endpoint.port)"
  }
}

extension IPAddress.Family {
  var socketDomain: Int32 { self == .ipv4 ? AF_INET : AF_INET6 }
}

extension SocketAddress {
  /// Decodes a `sockaddr` of either family; nil where it is cut short or of another one.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= 8 else { return nil }
    let family = unsafe Int32(bytes.loadUnaligned(as: sa_family_t.self))
    let port = unsafe UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
    if family == AF_INET {
      let bits = unsafe bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
      self.init(IPAddress(v4: UInt32(bigEndian: bits)), port)
    } else if family == AF_INET6, bytes.count >= MemoryLayout<sockaddr_in6>.size {
      let bits = unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt128.self)
      let interface = unsafe bytes.loadUnaligned(fromByteOffset: 24, as: UInt32.self)
      self.init(IPAddress(v6: UInt128(bigEndian: bits)), port, interface: interface)
    } else {
      return nil
    }
  }

  /// Calls `body` with the `sockaddr_in` or `sockaddr_in6`.
  func withBytes<Result>(
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    var storage = sockaddr_storage()
    storage.ss_family = sa_family_t(family.socketDomain)
    let length = unsafe withUnsafeMutableBytes(of: &storage) { bytes in
      unsafe bytes.storeBytes(of: endpoint.port.bigEndian, toByteOffset: 2, as: UInt16.self)
      let bits = endpoint.address.bits
      if family == .ipv4 {
        let word = UInt32(truncatingIfNeeded: bits).bigEndian
        unsafe bytes.storeBytes(of: word, toByteOffset: 4, as: UInt32.self)
        return MemoryLayout<sockaddr_in>.size
      }
      unsafe bytes.storeBytes(of: bits.bigEndian, toByteOffset: 8, as: UInt128.self)
      unsafe bytes.storeBytes(of: interface, toByteOffset: 24, as: UInt32.self)
      return MemoryLayout<sockaddr_in6>.size
    }
    return unsafe withUnsafePointer(to: &storage) { storage in
      unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe body(address, socklen_t(length))
      }
    }
  }

  /// Calls one of getsockname(2), getpeername(2) and their like, and decodes what it wrote.
  static func filled(
    by call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
  ) throws(Errno) -> SocketAddress {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = unsafe withUnsafeMutablePointer(to: &storage) { storage in
      unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe call(address, &length)
      }
    }
    if result == -1 { throw .last }
    let decoded = unsafe withUnsafeBytes(of: &storage) { bytes in
      unsafe SocketAddress(UnsafeRawBufferPointer(rebasing: bytes.prefix(Int(length))))
    }
    guard let decoded else { throw .familyNotSupported }
    return decoded
  }
}
