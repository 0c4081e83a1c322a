import Glibc
import LinuxSystem
import SocketModel

/// A socket of this test process, by plain system calls.
final class SceneSocket {
  private let file: FileDescriptor
  private let family: IPAddress.Family

  init(_ kind: SocketKind = .tcp, _ family: IPAddress.Family = .ipv4) throws {
    let type = kind == .tcp ? SOCK_STREAM : SOCK_DGRAM
    file = FileDescriptor(
      owning: try checked(
        socket(family == .ipv4 ? AF_INET : AF_INET6, Int32(type.rawValue), 0)))
    self.family = family
  }

  private init(owning descriptor: Int32, _ family: IPAddress.Family) {
    file = FileDescriptor(owning: descriptor)
    self.family = family
  }

  /// Bound to a free port and listening.
  static func listener(
    _ family: IPAddress.Family = .ipv4, at address: IPAddress? = nil, backlog: Int32 = 16,
    v6Only: Bool = false
  ) throws -> SceneSocket {
    let listener = try SceneSocket(.tcp, family)
    if family == .ipv6 {
      try listener.set(Int32(IPPROTO_IPV6), IPV6_V6ONLY, v6Only ? 1 : 0)
    }
    try listener.bind(IPEndpoint(address ?? .loopback(family), 0))
    try listener.listen(backlog)
    return listener
  }

  func listen(_ backlog: Int32 = 16) throws {
    try checked(Glibc.listen(file.rawValue, backlog))
  }

  func set(_ level: Int32, _ option: Int32, _ value: Int32) throws {
    var value = value
    try checked(unsafe setsockopt(file.rawValue, level, option, &value, 4))
  }

  func bind(_ endpoint: IPEndpoint) throws {
    try unsafe checked(withAddress(endpoint) { unsafe Glibc.bind(file.rawValue, $0, $1) })
  }

  func connect(_ endpoint: IPEndpoint) throws {
    try unsafe checked(withAddress(endpoint) { unsafe Glibc.connect(file.rawValue, $0, $1) })
  }

  /// Starts to connect and does not wait for the end of it.
  func startConnecting(_ endpoint: IPEndpoint) throws {
    try checked(fcntl(file.rawValue, F_SETFL, O_NONBLOCK))
    _ = unsafe withAddress(endpoint) { unsafe Glibc.connect(file.rawValue, $0, $1) }
  }

  func accept() throws -> SceneSocket {
    SceneSocket(owning: try checked(Glibc.accept(file.rawValue, nil, nil)), family)
  }

  func send(_ count: Int) throws {
    try file.write([UInt8](repeating: 0x61, count: count).span)
  }

  func shutDownSending() throws { try checked(shutdown(file.rawValue, Int32(SHUT_WR))) }

  var descriptor: Int32 { file.rawValue }

  var inode: UInt64 {
    var status = stat()
    return unsafe fstat(file.rawValue, &status) == 0 ? UInt64(status.st_ino) : 0
  }

  /// getsockname(2).
  var local: IPEndpoint {
    var bytes = [UInt8](repeating: 0, count: 28)
    var length = socklen_t(bytes.count)
    _ = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe buffer.withMemoryRebound(to: sockaddr.self) {
        unsafe getsockname(file.rawValue, $0.baseAddress, &length)
      }
    }
    let port = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
    let address = family == .ipv4 ? bytes[4..<8] : bytes[8..<24]
    let bits = address.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
    return IPEndpoint(
      family == .ipv4 ? IPAddress(v4: UInt32(truncatingIfNeeded: bits)) : IPAddress(v6: bits), port)
  }

  /// A `struct sockaddr_in` or `sockaddr_in6` for the length of a call.
  private func withAddress(
    _ endpoint: IPEndpoint, _ call: (UnsafePointer<sockaddr>?, socklen_t) -> Int32
  ) -> Int32 {
    let isV4 = endpoint.address.family == .ipv4
    var bytes: [UInt8] = isV4 ? [UInt8(AF_INET), 0] : [UInt8(AF_INET6), 0]
    bytes += [UInt8(endpoint.port >> 8), UInt8(truncatingIfNeeded: endpoint.port)]
    if !isV4 { bytes += [0, 0, 0, 0] }
    for shift in stride(from: endpoint.address.family.bitWidth - 8, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: endpoint.address.bits >> UInt128(shift)))
    }
    bytes += [UInt8](repeating: 0, count: isV4 ? 8 : 4)
    return unsafe bytes.withUnsafeBytes { buffer in
      unsafe buffer.withMemoryRebound(to: sockaddr.self) {
        unsafe call($0.baseAddress, socklen_t(buffer.count))
      }
    }
  }
}

@discardableResult
private func checked(_ result: Int32) throws -> Int32 {
  if result < 0 { throw Errno(rawValue: errno) }
  return result
}
