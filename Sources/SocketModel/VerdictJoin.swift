extension SnapshotBuilder {
  /// Judges every TCP connection by this snapshot and one of the same host that was taken `elapsed`
  /// before; nil where there is none. What is at the other end counts where it is among the rows, and who
  /// is a server where the listeners are known.
  public mutating func judge(since earlier: Snapshot?, elapsed: Duration) {
    let judge = VerdictJoin(self, since: earlier, elapsed: elapsed)
    verdicts = table.sockets.indices.map { judge.verdict(of: $0) }
  }
}

/// Two samples of all connections, by their rows.
private struct VerdictJoin {
  private let sockets: [Socket]
  private let details: DetailStore
  private let older: [Socket]
  private let olderDetails: DetailStore
  /// For each row its row before.
  private let predecessors: [UInt32]
  /// Microseconds; 0 where there is one sample alone.
  private let elapsed: UInt64
  private let others: OtherEnds
  /// Nil where listeners are not known.
  private let served: Set<ServedEnd>?

  private struct ServedEnd: Hashable {
    let port: UInt16
    let namespace: UInt16
  }

  init(_ builder: SnapshotBuilder, since earlier: Snapshot?, elapsed time: Duration) {
    sockets = builder.table.sockets
    details = builder.table.details
    older = earlier?.sockets ?? []
    olderDetails = earlier?.details ?? DetailStore()
    predecessors = older.isEmpty ? [] : SnapshotChanges(from: older, to: sockets).predecessors
    let (seconds, attoseconds) = time.components
    elapsed =
      earlier == nil
      ? 0
      : UInt64(clamping: seconds.multipliedReportingOverflow(by: 1_000_000).partialValue)
        &+ UInt64(clamping: attoseconds / 1_000_000_000_000)
    others = OtherEnds(sockets)
    let listeners = builder.listeners + sockets.filter(\.isListener)
    served =
      listeners.isEmpty
      ? nil
      : Set(
        listeners.lazy.filter(\.isListener).map {
          ServedEnd(port: $0.local.port, namespace: $0.namespace)
        })
  }

  func verdict(of row: Int) -> Verdict? {
    let socket = sockets[row]
    guard socket.kind == .tcp else { return nil }
    let later = Self.sample(socket, details, row)
    guard later.isConnection else { return nil }
    let before = predecessor(of: row)
    var samples = ConnectionSamples(
      later, earlier: before.map { Self.sample(older[$0], olderDetails, $0) }, elapsed: elapsed)
    samples.isServer = served.map {
      $0.contains(ServedEnd(port: socket.local.port, namespace: socket.namespace))
    }
    let ends = (socket.local.unmapped.addressOnly, socket.remote.unmapped.addressOnly)
    samples.isLocal = ends.0 == ends.1 || socket.remote.address?.isLoopback ?? false
    if let peer = others.index(of: socket), sockets[peer].isConnection {
      samples.isLocal = true
      samples.peer = PeerSample(
        sockets[peer], receiveBuffer: details.memory(MemoryMember.rcvbuf.place, of: peer))
      samples.earlierPeer = predecessor(of: peer).map { former in
        PeerSample(
          older[former],
          receiveBuffer: olderDetails.memory(MemoryMember.rcvbuf.place, of: former))
      }
    }
    return Verdict(samples)
  }

  private func predecessor(of row: Int) -> Int? {
    guard row < predecessors.count, predecessors[row] != SnapshotChanges.none else { return nil }
    return Int(predecessors[row])
  }

  private static func sample(_ socket: Socket, _ details: DetailStore, _ row: Int)
    -> ConnectionSample
  {
    ConnectionSample(
      socket, info: { details.info($0.place, of: row) },
      memory: { details.memory($0.place, of: row) })
  }
}

extension Socket {
  /// Whether it still is more than a memory of a connection.
  fileprivate var isConnection: Bool { kind == .tcp && isConnected && state != .timeWait }
}

extension Query {
  /// The same for all that verdicts are made of: the other end of a row, and the listeners, may be what
  /// it leaves out.
  public var wideForVerdicts: Query {
    var wide = self
    if protocols.contains(.tcp) {
      wide.checksBound = checksBound && admitsBound
      let others = admitsBound ? StateSet(.timeWait) : StateSet(.timeWait, .bound)
      wide.states.formUnion(StateSet.all.subtracting(others))
      wide.onlyListening = false
      wide.families = .all
      wide.pushdown = .everything
    }
    return wide
  }
}
