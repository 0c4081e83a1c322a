internal import KernelFormats
internal import LinuxSystem
public import SocketModel

/// Reads sockets over netlink sock_diag: the fast backend, and the only one that knows TCP's
/// internals, memory, cgroups, cookies, backlog limits and bound sockets.
public struct DiagSource: SocketBackend {
  /// From how many TCP sockets on two threads share the dump.
  private let sharedFrom: Int
  private let recorder: DiagRecorder?
  /// The kernel was seen to tell of bound sockets: nobody need look for that again.
  private let tellsBound: Bool
  let open: @Sendable () throws(SourceError) -> NetlinkSocket

  public init(recorder: DiagRecorder? = nil) {
    // Before that the second pass over the kernel's table, empty buckets included, costs too much.
    self.init(recorder: recorder, sharedFrom: 8000, over: DiagDump.open)
  }

  /// Asks over the sockets that `open` gives: in tests none.
  init(
    recorder: DiagRecorder? = nil, sharedFrom: Int = 8000, tellsBound: Bool = false,
    over open: @escaping @Sendable () throws(SourceError) -> NetlinkSocket = DiagDump.open
  ) {
    self.recorder = recorder
    self.sharedFrom = sharedFrom
    self.tellsBound = tellsBound
    self.open = open
  }

  var origin: String { "netlink sock_diag" }

  /// Reads all at once. Throws `.refused` where the kernel has no sock_diag for a protocol that is
  /// asked for, or does not let us have it.
  public func read(_ query: Query) throws(SourceError) -> SocketTable {
    try begin(query, reusing: SocketTable()).finish()
  }

  func begin(
    _ query: Query, reusing table: consuming SocketTable
  ) throws(SourceError) -> any SocketReading {
    if query.protocols.isSubset(of: .all) { return try beginInternet(query, reusing: table) }
    var internet = query
    internet.protocols.formIntersection(.all)
    return OtherKinds(
      after: try beginInternet(internet, reusing: table), query, tables: .ofThread, over: open)
  }

  private func beginInternet(
    _ query: Query, reusing table: consuming SocketTable
  ) throws(SourceError) -> any SocketReading {
    if query.protocols.isEmpty { return FinishedReading(table) }
    var query = query
    query.checksBound = query.checksBound && query.admitsBound && !tellsBound
    if recorder != nil, query.checksBound {
      // A recording holds the answer to the query, and not our own socket.
      table.boundGap = try boundGap(query.families)
      query.checksBound = false
      // Not asked for: who replays it must not take their absence for an answer.
      if table.boundGap != nil, !query.isOfBoundAlone { query.states.subtract(StateSet(.bound)) }
    }
    let canary = query.checksBound ? BoundCanary(for: query.families) : nil
    query = canary?.widened(query) ?? query
    let counts = TCPCounts(for: query)
    // A recording has one answer after the other.
    if recorder == nil, usableProcessors() > 1, counts.expected >= sharedFrom,
      let shares = DiagShares(query)
    {
      return try SharedReading(
        shares, canary, expecting: counts.expected, reusing: consume table, open)
    }
    var dump = try DiagDump(
      query, recorder: recorder, reusing: consume table, expecting: counts.expected,
      canary: canary?.endpoint, over: open())
    try dump.readListeners()
    return WholeReading(dump, canary)
  }

  /// Whether the kernel tells of bound sockets, in a dump of its own.
  private func boundGap(_ families: FamilySet) throws(SourceError) -> BoundGap? {
    var query = Query(families: families, states: StateSet(.bound), pushdown: .nothing)
    query.checksBound = true
    let canary = BoundCanary(for: families)
    defer { withExtendedLifetime(canary) {} }
    return try DiagDump(
      canary?.widened(query) ?? query, canary: canary?.endpoint, over: open()
    ).readRest().boundGap
  }

  /// One dump after the other.
  private final class WholeReading: SocketReading {
    private var dump: DiagDump?
    private var canary: BoundCanary?

    init(_ dump: consuming DiagDump, _ canary: BoundCanary?) {
      self.dump = consume dump
      self.canary = canary
    }

    /// A copy that is kept would have the dump copy the rows as well.
    var rows: [Socket] { dump?.rowsSoFar ?? [] }

    func finish() throws(SourceError) -> SocketTable {
      guard let dump = dump.take() else { return SocketTable() }
      defer { canary = nil }
      return try dump.readRest()
    }
  }

  /// Another thread reads half of the connections.
  private final class SharedReading: SocketReading {
    private let shares: DiagShares
    private let canary: BoundCanary?
    private let expected: Int
    private let open: @Sendable () throws(SourceError) -> NetlinkSocket
    private var table: SocketTable
    private var listening: SocketTable

    init(
      _ shares: DiagShares, _ canary: BoundCanary?, expecting expected: Int,
      reusing table: consuming SocketTable,
      _ open: @escaping @Sendable () throws(SourceError) -> NetlinkSocket
    ) throws(SourceError) {
      self.shares = shares
      self.canary = canary
      self.expected = expected
      self.open = open
      self.table = table
      listening = try DiagDump(shares.listening, over: open()).readRest()
    }

    var rows: [Socket] { listening.sockets }

    func finish() throws(SourceError) -> SocketTable {
      let bound = try DiagDump(
        shares.bound, canary: canary?.endpoint, over: open()
      ).readRest()
      let crossHalf = Future { [shares, expected, open] in
        Result { () throws(SourceError) in
          try DiagDump(shares.crossHalf, expecting: expected, over: open()).readRest()
        }
      }
      let sameHalf = Result { () throws(SourceError) in
        try DiagDump(shares.sameHalf, reusing: takeTable(), expecting: expected, over: open())
          .readRest()
      }
      // Waited for also where the others failed: it must not go on beside what is read instead.
      let others = crossHalf.value()
      // Nobody else holds it, or what is appended would go into a copy.
      var all = try (consume sameHalf).get()
      all.append(try others.get())
      all.append(listening)
      all.append(bound)
      all.append(try DiagDump(shares.datagrams, over: open()).readRest())
      all.removeRepeatedRows()
      return all
    }

    private func takeTable() -> SocketTable {
      let spent = table
      table = SocketTable()
      return spent
    }
  }
}
