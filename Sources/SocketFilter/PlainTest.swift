import SocketModel

/// A test of a row alone that holds no reference: nothing is counted when it is copied, which a pass
/// over many rows feels.
enum PlainTest: Hashable, Sendable {
  case everything
  case protocols(SocketKindSet)
  case families(FamilySet)
  case states(StateSet)
  /// Listening, or a UDP socket that is not connected.
  case listening
  /// The same on an address that is not loopback.
  case exposed
  /// Its own end is on a loopback address.
  case loopback
  /// One end's address, where one is asked for, and port.
  case end(Ends, IPPrefix?, ClosedRange<UInt16>)

  static let anyPort = UInt16.min...UInt16.max

  /// Whether a socket meets it; over /proc that of a family may be unknown.
  @inline(__always)
  func answer(_ socket: Socket) -> Answer {
    if case .families(let set) = self {
      return socket.kind.isInternet ? socket.answer(isOf: set) : .no
    }
    return Answer(meets(socket))
  }

  private func meets(_ socket: Socket) -> Bool {
    switch self {
    case .everything: true
    case .protocols(let set): set.contains(socket.kind)
    case .families(let set): socket.isOf(set)
    case .states(let set): set.contains(socket.state)
    case .listening: socket.isListening
    case .exposed: socket.isListening && socket.local.address.map { !$0.isLoopback } ?? false
    case .loopback: socket.local.address?.isLoopback ?? false
    case .end(.local, let prefix, let ports): socket.local.isIn(prefix, ports)
    case .end(.remote, let prefix, let ports): socket.remote.isIn(prefix, ports)
    case .end(.either, let prefix, let ports):
      socket.local.isIn(prefix, ports) || socket.remote.isIn(prefix, ports)
    }
  }
}

extension PlainTest {
  /// Whether it looks at a port or an address.
  var asksBothProtocols: Bool {
    switch self {
    case .exposed, .loopback, .end: true
    case .everything, .protocols, .families, .states, .listening: false
    }
  }
}

extension Endpoint {
  fileprivate func isIn(_ prefix: IPPrefix?, _ ports: ClosedRange<UInt16>) -> Bool {
    ports.contains(port) && prefix?.contains(self) ?? (isIP || ports == PlainTest.anyPort)
  }
}
