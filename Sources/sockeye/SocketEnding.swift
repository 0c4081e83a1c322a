import Display
import LinuxSystem
import SocketModel
import SocketSources

/// Closes sockets, and looks at what is left of each.
struct SocketEnding {
  struct Result: Hashable {
    let outcome: EndingReport.Outcome
    var reason: String?
  }

  private let sockets: [Socket]
  private let namespaces: [NetworkNamespace]

  init(_ sockets: [Socket], of snapshot: Snapshot) {
    self.sockets = sockets
    namespaces = snapshot.namespaces
  }

  /// What came of each. The query asks for them, and the collector knows the namespaces by the same
  /// numbers.
  func run(_ query: Query, _ collector: Collector) throws(SourceError) -> [Result] {
    let answers = SocketDestruction.run(sockets, in: namespaces)
    // Whatever state it is in now, it would be there.
    var query = query
    query.states = .all
    query.onlyListening = false
    query.needs = []
    query.listeners = .nothing
    query.checksBound = false
    var collector = collector
    let snapshot = try collector.collect(query)
    var left: [Key: Socket] = [:]
    let wanted = Set(sockets.map(Key.init))
    for index in 0..<snapshot.count {
      let socket = snapshot[index].socket
      if wanted.contains(Key(socket)) { left[Key(socket)] = socket }
    }
    return zip(sockets, answers).map { Self.result($0, $1, left: left[Key($0)]) }
  }

  private struct Key: Hashable {
    let namespace: UInt16
    let cookie: UInt64

    init(_ socket: Socket) { (namespace, cookie) = (socket.namespace, socket.cookie) }
  }

  static let staysBound = "its port stays bound until its owner closes it"

  /// What the kernel said of a socket, and what it shows afterwards.
  static func result(
    _ socket: Socket, _ answer: SocketDestruction.Answer, left: Socket?
  ) -> Result {
    let isThere = left.map { $0.state != .bound && $0.isConnected == socket.isConnected } ?? false
    switch answer {
    case .destroyed where isThere:
      return Result(
        outcome: .stillThere,
        reason: socket.kind.isDatagram
          ? "its owner got an error, and it stays bound until its owner closes it"
          : "it is there again")
    case .destroyed: return Result(outcome: .ended, reason: left == nil ? nil : staysBound)
    case _ where left == nil: return Result(outcome: .alreadyGone)
    case .notFound:
      return Result(outcome: .stillThere, reason: "the kernel does not find it by its ends")
    case .notPermitted:
      return Result(
        outcome: .notPermitted,
        reason: Accounts.effectiveUID == 0
          ? "CAP_NET_ADMIN over its network namespace is needed" : "try it with sudo")
    case .unsupported:
      return Result(outcome: .notSupported, reason: "the kernel destroys no such sockets")
    case .failed(let error): return Result(outcome: .stillThere, reason: explained(error))
    }
  }
}
