internal import Glibc
internal import SocketModel

extension Host {
  /// The addresses of this host's interfaces, as far as they are up (getifaddrs(3)), link-local ones
  /// with their interface; nil where the kernel does not tell.
  ///
  /// bind(2) is no test for them: it takes broadcast addresses too, and with
  /// `net.ipv4.ip_nonlocal_bind` any.
  public static var addresses: Set<SocketAddress>? {
    var list: UnsafeMutablePointer<ifaddrs>?
    guard unsafe getifaddrs(&list) == 0 else { return nil }
    defer { unsafe freeifaddrs(list) }
    var found: Set<SocketAddress> = []
    var next = unsafe list
    while let entry = unsafe next {
      unsafe next = entry.pointee.ifa_next
      let isUp = unsafe entry.pointee.ifa_flags & UInt32(IFF_UP) != 0
      guard isUp, let bytes = unsafe entry.pointee.ifa_addr else { continue }
      let family = unsafe Int32(bytes.pointee.sa_family)
      let size =
        family == AF_INET ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
      guard family == AF_INET || family == AF_INET6,
        let address = unsafe SocketAddress(UnsafeRawBufferPointer(start: bytes, count: size))
      else { continue }
      found.insert(address)
    }
    return found
  }
}
