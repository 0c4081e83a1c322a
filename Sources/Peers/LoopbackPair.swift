internal import LinuxSystem
internal import SocketModel

/// Both ends of one connection on loopback.
struct LoopbackPair: ~Copyable {
  let client: TCPSocket
  let server: TCPSocket

  /// A listener on loopback, at a free port.
  static func listener(
    _ family: IPAddress.Family, at address: IPAddress? = nil, smallBuffers: Bool = false,
    backlog: Int32 = 128
  ) throws(Errno) -> TCPSocket {
    let socket = try TCPSocket(family)
    // What it accepts inherits its buffers; they must be small before the handshake.
    if smallBuffers { try shrink(socket.socket) }
    if family == .ipv6 { try socket.socket.set(.v6Only, 0) }
    try socket.socket.bind(to: SocketAddress(address ?? .loopback(family), 0))
    try socket.listen(backlog: backlog)
    return socket
  }

  /// The families whose loopback address this host has; throws `.addressNotAvailable` where it has
  /// neither.
  static var families: [IPAddress.Family] {
    get throws(Errno) {
      guard let addresses = Host.addresses else { return IPAddress.Family.allCases }
      let found = IPAddress.Family.allCases.filter {
        addresses.contains(SocketAddress(.loopback($0), 0))
      }
      if found.isEmpty { throw .addressNotAvailable }
      return found
    }
  }

  static func shrink(_ socket: borrowing SocketDescriptor) throws(Errno) {
    try socket.set(.receiveBuffer, 4096)
    try socket.set(.sendBuffer, 4096)
  }

  /// Connects to a listener and accepts.
  init(
    through listener: borrowing TCPSocket, to target: SocketAddress, smallBuffers: Bool = false
  ) throws(Errno) {
    let client = try TCPSocket(target.family)
    if smallBuffers { try Self.shrink(client.socket) }
    try client.finishConnecting(to: target)
    guard try !PollSet.wait(at: listener.rawValue, timeout: .seconds(5)).isEmpty else {
      throw .timedOut
    }
    let server = try listener.accept()
    self.client = client
    self.server = server
  }

  /// A pair whose listener is gone again.
  init(_ family: IPAddress.Family, smallBuffers: Bool = false) throws(Errno) {
    let listener = try Self.listener(family, smallBuffers: smallBuffers)
    let target = try listener.socket.localAddress()
    try self.init(through: listener, to: target, smallBuffers: smallBuffers)
  }
}

extension TCPSocket {
  /// Connects to a listener of this host and waits for it.
  func finishConnecting(to target: SocketAddress) throws(Errno) {
    if try socket.connect(to: target) { return }
    if try PollSet.wait(at: rawValue, .writable, timeout: .seconds(5)).isEmpty { throw .timedOut }
    if let error = try socket.takeError() { throw error }
  }

  /// Sends until the peer, which does not read, takes no more: its window is closed, and what
  /// comes next waits here.
  func fillPeer() throws(Errno) {
    let block = [UInt8](repeating: 0x2e, count: 4096)
    // Bounded: buffers are small here.
    for _ in 0..<10_000 {
      do throws(Errno) {
        _ = try socket.send(block.span)
      } catch {
        if error != .wouldBlock { throw error }
        let ready = try PollSet.wait(at: rawValue, .writable, timeout: .milliseconds(50))
        if ready.isEmpty { return }
      }
    }
    throw .timedOut
  }

  /// Waits for the peer's end and reads it.
  func awaitEnd() throws(Errno) {
    var bytes: [UInt8] = []
    _ = try PollSet.wait(at: rawValue, timeout: .seconds(5))
    _ = try socket.receive(appendingTo: &bytes, atMost: 64)
  }
}
