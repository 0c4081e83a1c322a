/// Brings the events of both ends of a connection together, where both are on this host. The other end's
/// comes a moment earlier or later: what may have one waits for it.
public struct EventPairing: Sendable {
  /// The event of one end, the side that connected where that is known, and that of the other end.
  public struct Pair: Sendable {
    public let event: ConnectionEvent
    public let peer: ConnectionEvent?
  }

  /// Both ends of a connection over loopback are in one network namespace; of any other one, in any.
  private struct Key: Hashable {
    let kind: ConnectionEvent.Kind
    let namespace: UInt64
    let local: Endpoint
    let remote: Endpoint

    init(_ event: ConnectionEvent) {
      kind = event.kind
      local = event.socket.local.unmapped
      remote = event.socket.remote.unmapped
      namespace = local.address?.isLoopback ?? false ? event.namespace : 0
    }

    private init(
      _ kind: ConnectionEvent.Kind, _ namespace: UInt64, _ local: Endpoint, _ remote: Endpoint
    ) {
      (self.kind, self.namespace, self.local, self.remote) = (kind, namespace, local, remote)
    }

    var reversed: Key { Key(kind, namespace, remote, local) }
  }

  private var waiting: [Key: ConnectionEvent] = [:]
  private var ready: [Pair] = []
  /// Nanoseconds that an event waits.
  private let patience: UInt64

  public init(patience: UInt64 = 60_000_000) { self.patience = patience }

  public var isEmpty: Bool { waiting.isEmpty && ready.isEmpty }

  /// Takes an event in; `mayHavePeer` says whether its other end may be on this host.
  public mutating func add(_ event: ConnectionEvent, mayHavePeer: Bool) {
    let key = Key(event)
    guard mayHavePeer, key != key.reversed, event.ending?.mayHavePeer ?? true else {
      return ready.append(Pair(event: event, peer: nil))
    }
    if let other = waiting.removeValue(forKey: key.reversed) {
      let isFirst = event.role == .connected || other.role == .accepted
      let (first, second) = isFirst ? (event, other) : (other, event)
      ready.append(Pair(event: first.knowing(second), peer: second.knowing(first)))
    } else if let earlier = waiting.updateValue(event, forKey: key) {
      // The same ends were used again: nobody else comes.
      ready.append(Pair(event: earlier, peer: nil))
    }
  }

  /// What is complete, or has waited long enough at this moment (nil: whatever waits), by time.
  public mutating func take(at now: UInt64?) -> [Pair] {
    for (key, event) in waiting where now.map({ $0 >= event.time &+ patience }) ?? true {
      waiting[key] = nil
      ready.append(Pair(event: event, peer: nil))
    }
    defer { ready = [] }
    return ready.sorted { $0.event.time < $1.event.time }
  }
}

extension ConnectionEvent {
  /// The same where it is known what happened at the other end: there somebody had the kernel destroy it,
  /// and here came a reset.
  fileprivate func knowing(_ other: ConnectionEvent) -> ConnectionEvent {
    guard other.ending?.reason == .destroyed, ending?.reason == .reset else { return self }
    var event = self
    event.ending?.reason = .destroyed
    event.ending?.closedBy = .aborted
    return event
  }
}

extension ConnectionEnding {
  /// Whether there may have been another end that had a socket for it.
  fileprivate var mayHavePeer: Bool {
    switch reason {
    case .refused, .unreachable, .noPort: false
    case .cancelled, .closed, .reset, .timedOut, .destroyed, .error, nil: true
    }
  }
}
