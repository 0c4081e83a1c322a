import SocketModel

/// A query about very many TCP sockets, in parts. Each row is in one of them, and the last two can
/// be read side by side.
///
/// The kernel walks its table of connections in the thread that asks, and most of that time it waits
/// for memory: two walks at once, each for half of the rows, take two thirds of the time of one.
/// What a socket may become comes after what it was, as in one walk, so that none is missed which
/// connects meanwhile; and what keeps no ports, a UDP socket, is not divided.
struct DiagShares {
  let listening: Query
  /// What is bound and no more. The kernel has a table of its own for that, which holds connections
  /// as well.
  let bound: Query
  let datagrams: Query
  /// Connections with both ports above the middle of those that clients get, or both below.
  let sameHalf: Query
  /// One above, one below.
  let crossHalf: Query

  /// The middle of the ports that Linux gives to clients (`ip_local_port_range` in ip(7): 32768 to
  /// 60999). Whatever the port of one end, that of the other is above it in half of the cases.
  private static let middle: UInt16 = 46_884

  /// Nil where the kernel has few rows to fill in: there to walk at all is the cost.
  init?(_ query: Query) {
    let connected = query.states.subtracting(StateSet(.listening, .closed, .bound))
    guard query.protocols.contains(.tcp), query.families == .all, !connected.isEmpty,
      query.pushdown == .everything
    else { return nil }
    func part(
      _ protocols: SocketKindSet, _ states: StateSet, _ pushdown: Pushdown = .everything
    ) -> Query {
      Query(
        protocols: protocols.intersection(query.protocols),
        states: states.intersection(query.states), onlyListening: query.onlyListening,
        pushdown: pushdown, needs: query.needs)
    }
    listening = part(.tcp, StateSet(.listening))
    var bound = part(.tcp, StateSet(.bound))
    bound.checksBound = query.checksBound
    self.bound = bound
    datagrams = part(.udp, .all)
    let below = 0...Self.middle - 1
    let above = Self.middle...UInt16.max
    sameHalf = part(
      .tcp, connected,
      .any([
        .port(.local, below) && .port(.remote, below),
        .port(.local, above) && .port(.remote, above),
      ]))
    crossHalf = part(
      .tcp, connected,
      .any([
        .port(.local, below) && .port(.remote, above),
        .port(.local, above) && .port(.remote, below),
      ]))
  }
}
