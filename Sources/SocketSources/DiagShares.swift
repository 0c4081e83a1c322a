import SocketModel

/// A question about very many sockets, in three that share its rows: each has some, and none has
/// those of another.
///
/// The kernel walks its tables in the thread that asks, and most of that time it waits for memory:
/// two walks side by side, each for its part of the rows, take two thirds of the time of one.
struct DiagShares {
  /// A third of the connections, and all that listens.
  let near: Question
  /// Two thirds of them.
  let far: Question
  /// What is bound and no more. The kernel has a table of its own for that, and looks through it half
  /// as long as it takes for all connections.
  let bound: Question

  // Two of the ports that Linux gives to clients (`ip_local_port_range` in ip(7): 32768 to 60999), so
  // that a third of them is up to the first, above the second, and between them.
  private static let first: UInt16 = 42_178
  private static let second: UInt16 = 51_588

  /// Nil where the kernel has few rows to fill in: there to walk at all is the cost. Details are
  /// counted into names of their table, and stay in one.
  init?(_ question: Question) {
    let connected = question.states.subtracting(StateSet(.listening, .closed, .bound))
    guard question.protocols.contains(.tcp), question.families == .all, !connected.isEmpty,
      question.narrowing == .everything, question.needs.isDisjoint(with: .details)
    else { return nil }
    bound = Question(
      states: question.states.intersection(StateSet(.bound)), needs: question.needs)
    var near = question
    near.states.subtract(StateSet(.bound))
    var far = near
    // Whatever the port of one end, that of the other decides by thirds. A listener's other end has 0.
    let low = UInt16.min...Self.first
    let middle = Self.first + 1...Self.second
    let high = Self.second + 1...UInt16.max
    near.narrowing = .any([
      .port(.local, low) && .port(.remote, low),
      .port(.local, middle) && .port(.remote, high),
      .port(.local, high) && .port(.remote, middle),
      .port(.remote, 0...0),
    ])
    far.narrowing = .any([
      .port(.local, low) && .port(.remote, Self.first + 1...UInt16.max),
      .port(.local, middle) && .port(.remote, 1...Self.second),
      .port(.local, high) && (.port(.remote, high) || .port(.remote, 1...Self.first)),
    ])
    self.near = near
    self.far = far
  }
}
