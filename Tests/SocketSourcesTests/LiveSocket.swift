import Glibc

/// A listening socket on 127.0.0.1 of this very process.
final class LiveSocket: Sendable {
  let descriptor: Int32
  let port: UInt16
  let inode: UInt64

  init?() {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let result = unsafe withUnsafeMutablePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        guard unsafe bind(descriptor, address, length) == 0, listen(descriptor, 1) == 0 else {
          return Int32(-1)
        }
        return unsafe getsockname(descriptor, address, &length)
      }
    }
    var status = stat()
    guard result == 0, unsafe fstat(descriptor, &status) == 0 else { return nil }
    port = UInt16(bigEndian: address.sin_port)
    inode = UInt64(status.st_ino)
  }

  deinit { _ = close(descriptor) }
}
