internal import KernelFormats
internal import SocketModel

/// Gathers the rows of one or more dumps into a table, message by message: what the live dump and a
/// replay have in common.
struct DiagRows: Sendable {
  enum Outcome: Equatable {
    case more
    /// The dump is at its end, with the kernel's error number or 0.
    case ended(Int32)
  }

  let query: Query
  /// Whether rows may come that the pushdown leaves out.
  private var narrows = false
  private let wantsDetails: Bool
  private let wantsTraffic: Bool
  /// Where nothing else of the attributes is kept, which have it as well.
  private let wantsCgroup: Bool
  private var table = SocketTable()

  private var kind = SocketKind.tcp
  private var boundAsked = false
  private let canary: Endpoint?
  /// A row came that is bound and no more: the kernel tells of such.
  private var sawBound = false
  /// How many rows there may be; 0 where nobody knows.
  private let expected: Int
  /// Rows that came before this dump.
  private var start = 0
  /// The kernel said that its table changed while it was read, or lost a message.
  private(set) var isInterrupted = false

  private var malformedCount = 0
  private var firstMalformed: MalformedMessage?

  /// `spent` is a table that nobody needs any more: its memory is used again. Room is made for
  /// `expected` rows. The canary is this end of a `BoundCanary`: its row shows that the kernel tells of
  /// such, and is not kept.
  init(
    _ query: Query, reusing spent: consuming SocketTable = SocketTable(),
    expecting expected: Int = 0, canary: Endpoint? = nil
  ) {
    self.query = query
    self.canary = canary
    self.expected = expected
    table = spent
    wantsDetails = !query.needs.isDisjoint(with: .details)
    wantsTraffic = query.needs.contains(.traffic)
    wantsCgroup = query.needs.contains(.cgroupIDs) && !wantsDetails
  }

  var sockets: [Socket] { table.sockets }

  /// What comes from now on answers this request; what came before is kept.
  mutating func begin(_ request: InetDiagRequest) {
    kind = request.socketKind
    let program = InetDiagBytecode.program(for: query.pushdown)
    narrows = query.pushdown != .everything && (program.isEmpty || request.bytecode != program)
    boundAsked = request.states.contains(.bound)
    start = table.count
    isInterrupted = false
    table.reserveCapacity(expected)
  }

  /// Forgets what this dump gave.
  mutating func discard() {
    table.removeSubrange(start...)
    isInterrupted = false
  }

  mutating func markInterrupted() { isInterrupted = true }

  /// Keeps what this dump gave, and says so where it may be incomplete.
  mutating func accept() {
    guard isInterrupted else { return }
    isInterrupted = false
    let notice = Notice.warning(
      "the socket table kept changing while it was read: the result may be incomplete")
    if !table.notices.contains(notice) { table.notices.append(notice) }
    table.gap = .changing
  }

  /// One message of the dump. A row that can't be read costs itself alone.
  mutating func take(_ message: NetlinkMessage, in bytes: Span<UInt8>) -> Outcome {
    if message.flags.contains(.dumpInterrupted) { isInterrupted = true }
    switch message.kind {
    case .tcpSockets, .socketsByFamily:
      do throws(MalformedMessage) {
        try append(message.payload, in: bytes)
      } catch {
        malformedCount += 1
        if firstMalformed == nil { firstMalformed = error }
      }
      return .more
    case .done: return .ended(message.errorNumber(in: bytes))
    case .error:
      let number = message.errorNumber(in: bytes)
      // 0 is an acknowledgement, which nobody asked for.
      return number == 0 ? .more : .ended(number)
    case .overrun:
      isInterrupted = true
      return .more
    default: return .more
    }
  }

  private mutating func append(
    _ payload: Range<Int>, in bytes: Span<UInt8>
  ) throws(MalformedMessage) {
    let socket = try InetDiagMessage.socket(
      kind, in: bytes, at: payload, boundAsked: boundAsked)
    if socket.state == .bound {
      sawBound = true
      if socket.local == canary { return }
    }
    guard query.admits(socket), !narrows || query.pushdown.admits(socket) else { return }
    // All that can throw comes first: a row is there with all that is known of it, or not at all.
    let attributes =
      wantsDetails ? try InetDiagAttributes.checked(in: bytes, at: payload) : nil
    let traffic =
      wantsTraffic
      ? try InetDiagAttributes.traffic(of: socket.state, in: bytes, at: payload) : nil
    switch (attributes, traffic) {
    case (let range?, let found):
      table.append(socket, attributes: bytes.extracting(range), traffic: found?.traffic)
    case (nil, let found?): table.append(socket, traffic: found.traffic)
    case (nil, nil): table.append(socket)
    }
    if wantsCgroup {
      let cgroup =
        traffic == nil ? InetDiagAttributes.cgroup(in: bytes, at: payload) : traffic?.cgroup
      table.append(cgroup: cgroup ?? 0)
    }
  }

  /// The table; `origin` is what the offsets of bad messages count in.
  consuming func finish(_ origin: String) -> SocketTable {
    table.removeRepeatedRows()
    if query.checksBound && !sawBound { table.boundGap = .kernel }
    table.unread += malformedCount
    if let firstMalformed {
      table.notices.append(
        .warning(
          "\(malformedCount) of the kernel's messages can't be read; the first in \(origin), "
            + "\(firstMalformed)"))
    }
    return table
  }
}
