internal import SocketModel

/// The kernel's notices of sockets that it destroyed since the last refresh, by cookie.
struct Departures: Sendable {
  private(set) var notices: [UInt64: (socket: Socket, info: TCPInfo)] = [:]
  /// The cookies of those that no row is known of yet.
  private(set) var unseen: Set<UInt64> = []
  /// Payload bytes sent, by the ends as the sender has them.
  private var sentBetween: [Ends: UInt64] = [:]

  private struct Ends: Hashable {
    let near: Endpoint
    let far: Endpoint

    /// One side of a connection may be IPv4 and the other v4-mapped.
    init(_ near: Endpoint, _ far: Endpoint) {
      self.near = Endpoint(near.address.unmapped, near.port)
      self.far = Endpoint(far.address.unmapped, far.port)
    }
  }

  // So that a pause under load stays bounded.
  private static let most = 1 << 17

  var isEmpty: Bool { notices.isEmpty }

  mutating func note(_ socket: Socket, _ info: TCPInfo?) {
    guard socket.cookie != 0, socket.isConnected, let info, notices.count < Self.most
    else { return }
    notices[socket.cookie] = (socket, info)
    unseen.insert(socket.cookie)
    sentBetween[Ends(socket.local, socket.remote)] = info.payloadSent
  }

  /// The last `tcp_info` of a socket that a row is known of.
  mutating func info(of cookie: UInt64) -> TCPInfo? {
    guard let notice = notices[cookie] else { return nil }
    unseen.remove(cookie)
    return notice.info
  }

  /// What the other end of a connection sent, where it is on this host and gone as well.
  func sentByPeer(of socket: Socket) -> UInt64? {
    sentBetween[Ends(socket.remote, socket.local)]
  }

  /// Has a notice wait for the next refresh.
  mutating func keep(_ cookie: UInt64, from other: Departures) {
    guard let notice = other.notices[cookie] else { return }
    notices[cookie] = notice
    sentBetween[Ends(notice.socket.local, notice.socket.remote)] = notice.info.payloadSent
  }

  mutating func add(_ newer: Departures) {
    notices.merge(newer.notices) { $1 }
    unseen.formUnion(newer.unseen)
    sentBetween.merge(newer.sentBetween) { $1 }
  }
}
