import SocketModel

/// `reaches=`: which listening socket is handed what comes for an address. A listener that another one
/// hides is not: the kernel looks for the address itself, then for wildcards, and prefers a socket that
/// is bound to the interface, and IPv4 to dual stack.
struct Reach: Hashable, Sendable {
  let patterns: [EndpointPattern]
  /// Those that compete, by pattern; nil before the listeners were seen.
  private var contests: [[Contest]]?

  init(_ patterns: [EndpointPattern]) { self.patterns = patterns }

  /// `lo` is the first interface of every network namespace (drivers/net/loopback.c).
  private static let loopbackInterface: UInt32 = 1

  /// The same test for many rows of one snapshot.
  func prepared(for snapshot: Snapshot) -> Reach {
    var listeners = snapshot.listeners
    for row in 0..<snapshot.count where snapshot[row].socket.isListening {
      listeners.append(snapshot[row].socket)
    }
    var prepared = self
    prepared.contests = patterns.map { pattern in
      (pattern.prefixes ?? []).map { Contest(pattern, $0.address.unmapped, listeners) }
    }
    return prepared
  }

  func answer(_ row: Row) -> Answer {
    guard row.socket.isListening, row.socket.local.address != nil else { return .no }
    guard let contests else { return prepared(for: row.snapshot).answer(row) }
    var answer = Answer.no
    for (pattern, contests) in zip(patterns, contests) where pattern.admits(row.socket) {
      if pattern.prefixes == nil { return .yes }
      for contest in contests { answer = max(answer, contest.answer(row.socket)) }
    }
    return answer
  }

  /// The listeners for one address, the best of those that are bound alike.
  private struct Contest: Hashable {
    private struct Place: Hashable {
      let kind: SocketKind
      let port: UInt16
      let namespace: UInt16
      let interface: UInt32

      init(_ socket: Socket, interface: UInt32) {
        kind = socket.kind
        port = socket.local.port
        namespace = socket.namespace
        self.interface = interface
      }
    }

    private let address: IPAddress
    /// Where it comes in; nil where that is not said.
    private let arrival: UInt32?
    private var best: [Place: ListenerScore] = [:]
    private var isSure = true

    init(_ pattern: EndpointPattern, _ address: IPAddress, _ listeners: [Socket]) {
      self.address = address
      arrival = pattern.interface ?? (address.isLoopback ? loopbackInterface : nil)
      for listener in listeners where pattern.admits(listener) && takes(listener) {
        guard !listener.mayRefuse(address.family), let score = listener.score(for: address) else {
          continue
        }
        let place = Place(listener, interface: listener.interface)
        best[place] = max(best[place] ?? score, score)
        isSure = isSure && listener.knowsInterface
      }
    }

    /// Whether it is where it comes in.
    private func takes(_ socket: Socket) -> Bool {
      socket.interface == 0 || arrival == nil || arrival == socket.interface
    }

    func answer(_ socket: Socket) -> Answer {
      guard takes(socket), let score = socket.score(for: address) else { return .no }
      if isHidden(socket, score) { return isSure ? .no : .cantTell }
      return socket.mayRefuse(address.family) ? .cantTell : .yes
    }

    /// Whether a better one gets all that it would.
    private func isHidden(_ socket: Socket, _ score: ListenerScore) -> Bool {
      // Each socket gets a copy of what many receive.
      if socket.kind.isDatagram && address.isForMany { return false }
      return [0, socket.interface, arrival ?? 0].contains { interface in
        best[Place(socket, interface: interface)].map { $0 > score } ?? false
      }
    }
  }
}

extension EndpointPattern {
  /// Whether the port and the interface are those that are asked for; the address is left out.
  fileprivate func admits(_ socket: Socket) -> Bool {
    if let ports, !ports.contains(UInt64(socket.local.port)) { return false }
    if let interface, socket.interface != 0, !socket.isBound(to: interface) { return false }
    return true
  }
}
