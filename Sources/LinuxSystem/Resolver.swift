internal import CLinux
internal import Glibc
public import SocketModel

/// Host names and addresses, as the host is set up to look them up (getaddrinfo(3),
/// getnameinfo(3)). Both calls block, for seconds where a name server is silent.
public enum Resolver {
  /// Why a name has no address.
  public enum LookupError: Error, Hashable, Sendable {
    /// The name is not known, or has no address of the families asked for.
    case noSuchHost
    /// A name server did not answer or failed: it may answer later.
    case tryAgain
    /// There was no answer in the caller's time.
    case timedOut
    /// The caller gave up.
    case stopped
    /// Something else, in the C library's words.
    case failed(String)
  }

  /// The addresses of a name in the order in which they should be tried (RFC 6724), each once. A
  /// numeric address is its own answer, with its zone (`fe80::1%eth0`).
  public static func addresses(
    of host: String, port: UInt16, families: FamilySet = .all
  ) throws(LookupError) -> [SocketAddress] {
    try lookUp(host, port, families, flags: 0)
  }

  /// The same within a limited time (nil: as long as it takes), and until the descriptor `stop` is
  /// readable. getaddrinfo(3) can't be interrupted: a lookup that is given up goes on in a thread
  /// that nobody waits for.
  public static func addresses(
    of host: String, port: UInt16, families: FamilySet = .all, within limit: Duration?,
    stop: Int32? = nil
  ) throws(LookupError) -> [SocketAddress] {
    // A numeric address asks nobody.
    if let found = try? lookUp(host, port, families, flags: AI_NUMERICHOST) { return found }
    let box = Locked<Result<[SocketAddress], LookupError>?>(nil)
    guard let isDone = try? EventDescriptor(),
      (try? Thread.detached {
        let result = Result { () throws(LookupError) in
          try lookUp(host, port, families, flags: 0)
        }
        box.withLock { $0 = result }
        isDone.signal()
      }) != nil
    else { return try lookUp(host, port, families, flags: 0) }
    var set = PollSet()
    set.add(isDone.rawValue)
    let stopIndex = set.add(stop ?? -1)
    _ = try? set.wait(timeout: limit)
    if let result = box.withLock({ $0 }) { return try result.get() }
    throw set[stopIndex].isEmpty ? .timedOut : .stopped
  }

  private static func lookUp(
    _ host: String, _ port: UInt16, _ families: FamilySet, flags: Int32
  ) throws(LookupError) -> [SocketAddress] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_flags = flags
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    if families == .ipv4 { unsafe hints.ai_family = AF_INET }
    if families == .ipv6 { unsafe hints.ai_family = AF_INET6 }
    var list: UnsafeMutablePointer<addrinfo>?
    let status = unsafe host.withRawCString { unsafe getaddrinfo($0, nil, &hints, &list) }
    guard status == 0 else { throw lookupError(status) }
    defer { unsafe freeaddrinfo(list) }

    var found: [SocketAddress] = []
    var next = unsafe list
    while let entry = unsafe next {
      unsafe next = entry.pointee.ai_next
      guard let bytes = unsafe entry.pointee.ai_addr else { continue }
      let raw = unsafe UnsafeRawBufferPointer(
        start: bytes, count: Int(entry.pointee.ai_addrlen))
      guard var address = unsafe SocketAddress(raw) else { continue }
      address.endpoint = IPEndpoint(address.endpoint.address, port)
      if !found.contains(address) { found.append(address) }
    }
    if found.isEmpty { throw .noSuchHost }
    return found
  }

  private static func lookupError(_ status: Int32) -> LookupError {
    switch status {
    // EAI_NODATA and EAI_ADDRFAMILY are glibc's own (netdb.h, _GNU_SOURCE).
    case EAI_NONAME, -5, -9: .noSuchHost
    case EAI_AGAIN: .tryAgain
    case EAI_SYSTEM: .failed("\(Errno.last)")
    default: .failed(unsafe String(cString: gai_strerror(status)))
    }
  }

  /// The name of an address; nil where it has none or nobody knows.
  public static func name(of address: IPAddress) -> String? {
    // NI_MAXHOST
    var buffer = [CChar](repeating: 0, count: 1025)
    let status = unsafe SocketAddress(address, 0).withBytes { bytes, length in
      unsafe getnameinfo(
        bytes, length, &buffer, socklen_t(buffer.count), nil, 0, NI_NAMEREQD)
    }
    guard status == 0 else { return nil }
    return String(rawCString: buffer)
  }
}
