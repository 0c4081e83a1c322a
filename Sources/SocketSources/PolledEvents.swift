internal import LinuxSystem
public import SocketModel

/// The events of TCP connections without BPF: every end by the kernel's own notices (`DestroyNotices`), with
/// its bytes, and owners and openings as far as a look now and then sees them. Of our own network namespace
/// alone. Nobody tells why a connection ended, or when it began.
public struct PolledEvents: ~Copyable {
  private var notices: DestroyNotices
  private var collector: Collector
  private var query: Query
  /// What the last look saw, by cookie, and the one before: a notice may come later.
  private var known: [UInt64: Known] = [:]
  private var former: [UInt64: Known] = [:]
  private let namespace: UInt64
  private var hasLooked = false
  private let tellsOpenings: Bool
  /// Whether a notice was lost.
  public private(set) var hasLost = false

  /// What a look saw of a connection.
  private struct Known {
    let socket: Socket
    let owner: ConnectionEvent.Process?
    let isIncoming: Bool
  }

  /// Joins the kernel's groups.
  public init(
    _ collector: Collector, own: NetworkNamespace, tellsOpenings: Bool
  ) throws(SourceError) {
    notices = try DestroyNotices(.tcp)
    self.collector = collector
    self.tellsOpenings = tellsOpenings
    namespace = own.inode ?? 0
    query = Query(
      states: StateSet.all.subtracting(StateSet(.listening, .timeWait, .bound, .closed)),
      needs: [.owners, .processNames, .cookies, .directions])
  }

  public var descriptor: Int32 { notices.descriptor }

  /// Looks at all connections. Appends what was opened since the last look, where that is wanted.
  public mutating func look(into events: inout [ConnectionEvent]) throws(SourceError) {
    let snapshot = try collector.collect(query)
    var found: [UInt64: Known] = [:]
    for index in 0..<snapshot.count {
      let row = snapshot[index]
      if row.socket.cookie == 0 { continue }
      let owner = row.firstProcess.flatMap { process in
        snapshot.names.process(process).map {
          ConnectionEvent.Process(pid: process.pid, name: $0.name)
        }
      }
      let connection = Known(
        socket: row.socket, owner: owner ?? known[row.socket.cookie]?.owner,
        isIncoming: row.isIncoming)
      if tellsOpenings, hasLooked, known[row.socket.cookie] == nil,
        row.socket.state != .synSent, row.socket.state != .synReceived
      {
        events.append(event(.opened, row.socket, connection))
      }
      found[row.socket.cookie] = connection
    }
    (former, known) = (known, found)
    hasLooked = true
  }

  /// Appends the ends that the kernel has told of.
  public mutating func read(into events: inout [ConnectionEvent]) throws(SourceError) {
    var received: [DestroyNotice] = []
    if try !notices.receive(into: &received) { hasLost = true }
    let start = events.count
    for notice in received {
      let cookie = notice.socket.cookie
      let seen = known.removeValue(forKey: cookie) ?? former.removeValue(forKey: cookie)
      guard let info = notice.tcpInfo, seen != nil || notice.socket.remote.port != 0 else {
        continue
      }
      var socket = notice.socket
      // The kernel takes the other end's port from an attempt that failed.
      if socket.remote.port == 0, let seen { socket.remote = seen.socket.remote }
      var event = event(.ended, socket, seen)
      event.sent = info[.bytes_sent]
      event.resent = info[.bytes_retrans] ?? 0
      event.received = info[.data_segs_in] == 0 ? 0 : info[.bytes_received]
      event.roundTrip = UInt32(clamping: info[.rtt] ?? 0)
      event.retransmits = UInt32(clamping: info[.total_retrans] ?? 0)
      let wasConnection = [.rtt, .bytes_received, .bytes_acked].contains { (info[$0] ?? 0) > 0 }
      event.ending = ConnectionEnding(closedBy: nil, reason: nil, hasFailed: !wasConnection)
      events.append(event)
    }
    Self.takeBackFINs(&events[start...])
  }

  private func event(
    _ kind: ConnectionEvent.Kind, _ socket: Socket, _ seen: Known?
  ) -> ConnectionEvent {
    var socket = socket
    if kind == .ended {
      socket.state = .closed
      // What it has not read or sent is nobody's.
      (socket.receiveQueue, socket.sendQueue) = (0, 0)
    }
    if let seen { (socket.inode, socket.rawUID) = (seen.socket.inode, seen.socket.rawUID) }
    var event = ConnectionEvent(
      kind, socket, namespace: namespace,
      time: UInt64(clamping: MonotonicInstant.now().nanoseconds))
    event.isPolled = true
    event.seen = seen?.owner
    if let seen { event.role = seen.isIncoming ? .accepted : .connected }
    return event
  }

  /// The kernel counts the other end's FIN as a byte: where that end is here, it shows.
  private static func takeBackFINs(_ events: inout ArraySlice<ConnectionEvent>) {
    var sent: [[Endpoint]: UInt64] = [:]
    for event in events where event.kind == .ended {
      let payload = event.sent.map { $0 >= event.resent ? $0 - event.resent : 0 }
      sent[[event.socket.remote.unmapped, event.socket.local.unmapped]] = payload
    }
    for index in events.indices {
      let socket = events[index].socket
      guard let received = events[index].received, received > 0,
        sent[[socket.local.unmapped, socket.remote.unmapped]] == received - 1
      else { continue }
      events[index].received = received - 1
    }
  }
}
