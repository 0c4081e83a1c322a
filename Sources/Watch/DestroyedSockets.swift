internal import SocketModel

/// The kernel's notices of sockets that it destroyed since the last refresh, by cookie.
struct DestroyedSockets: Sendable {
  private(set) var notices: [UInt64: (socket: Socket, info: TCPInfo)] = [:]
  /// The cookies of those that no row is known of yet.
  private(set) var unseen: Set<UInt64> = []
  /// The cookies by the ends, the socket's own first. One side of a connection may be IPv4 and the
  /// other v4-mapped.
  private var cookies: [[Endpoint]: UInt64] = [:]

  // So that a pause under load stays bounded.
  private static let most = 1 << 17

  var isEmpty: Bool { notices.isEmpty }

  mutating func note(_ socket: Socket, _ info: TCPInfo?) {
    guard socket.cookie != 0, socket.isConnected, let info, notices.count < Self.most
    else { return }
    var socket = socket
    // What is destroyed is CLOSED, and what it has not read is nobody's.
    socket.state = info.wasEstablished ? .established : .synSent
    socket.receiveQueue = 0
    socket.sendQueue = 0
    add(socket, info)
    // The kernel takes the other end's port from an attempt that failed: there is no connection to
    // tell of.
    if socket.remote.port != 0 { unseen.insert(socket.cookie) }
  }

  private mutating func add(_ socket: Socket, _ info: TCPInfo) {
    notices[socket.cookie] = (socket, info)
    cookies[[socket.local.unmapped, socket.remote.unmapped]] = socket.cookie
  }

  /// The last counts of a socket that a row is known of; nil where no notice has come. `state` is the
  /// last that it was seen in, `remnant` that of the row it lives on as.
  mutating func lastCounts(
    of cookie: UInt64, seenIn state: TCPState?, remnant: TCPState? = nil
  ) -> FinalCounts? {
    guard let (socket, info) = notices[cookie] else { return nil }
    unseen.remove(cookie)
    let peer = cookies[[socket.remote.unmapped, socket.local.unmapped]].flatMap { notices[$0] }
    return FinalCounts(
      info, seenIn: state, remnant: remnant, peerSent: peer?.info.payloadSent)
  }

  /// The cookie of a connection that no row was known of and that lives on as this row, in TIME_WAIT
  /// under another cookie: the kernel gives the row that of the socket only where somebody had asked
  /// for it before, and before 6.9 never. Nil where there is none.
  func predecessor(of remnant: Socket) -> UInt64? {
    guard notices[remnant.cookie] == nil,
      let cookie = cookies[[remnant.local.unmapped, remnant.remote.unmapped]],
      unseen.contains(cookie), notices[cookie]?.socket.kind == remnant.kind
    else { return nil }
    return cookie
  }

  /// Has the notice of a row that is still there wait for the next refresh.
  mutating func postpone(_ cookie: UInt64, to later: inout DestroyedSockets) {
    guard let (socket, info) = notices[cookie] else { return }
    unseen.remove(cookie)
    later.add(socket, info)
  }

  mutating func add(_ newer: DestroyedSockets) {
    notices.merge(newer.notices) { $1 }
    unseen.formUnion(newer.unseen)
    cookies.merge(newer.cookies) { $1 }
  }
}

extension TCPInfo {
  /// Whether the other end ever answered: from then on there is a round-trip time.
  fileprivate var wasEstablished: Bool {
    [.rtt, .bytes_received, .bytes_acked].contains { (self[$0] ?? 0) > 0 }
  }
}
