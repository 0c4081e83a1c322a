import Arguments
import Display
import LinuxSystem
import SocketFilter
import Sockeye
import SocketModel
import SocketSources

/// What `record` keeps between two looks: the last table, a number for each row of it, and sums of the
/// connections that were in none.
struct Recorder: ~Copyable {
  private let options: RecordOptions
  private var runner: QueryRunner
  private var file: RecordingFile
  private var notices: DestroyNotices?
  /// Whether the kernel dropped notices since the last look.
  private var missesNotices = false
  private var rows: [Key: Entry] = [:]
  private var listing = Listing(.empty, rows: [])
  private var nextID: UInt64
  private var generation: UInt64 = 0
  private var brief = BriefConnections()
  /// Lines of such connections, with `--each`.
  private var each: [UInt8] = []
  private var lost = 0
  private var looksUntilWhole = 0
  /// The last counts of rows that closed.
  private var finals: [UInt64: SocketTraffic] = [:]
  private var listeners: Set<UInt16> = []
  private var said: Set<Notice> = []
  private var scratch: [UInt8] = []

  /// A row by what does not change: its cookie, or where there is none its ends and inode.
  private enum Key: Hashable {
    case cookie(UInt64)
    case ends(SocketEnds, inode: UInt64)

    init(_ socket: Socket) {
      self =
        socket.cookie != 0
        ? .cookie(socket.cookie) : .ends(SocketEnds(socket), inode: socket.inode)
    }
  }

  private struct Entry {
    let id: UInt64
    let firstSeen: Timestamp
    var hash: UInt64
    var generation: UInt64
    /// Its place in the last listing.
    var position: UInt32
  }

  // A whole table at least every hour, and after so many looks.
  private static let wholeTime = Duration.seconds(3600)
  private static let mostLooks = 360
  // So many bytes of lines wait for the next look at most.
  private static let mostWaiting = 64 << 20

  init(_ options: RecordOptions) throws {
    let sections = RecordLines.sections(commands: options.hasCommands)
    var runner = try QueryRunner(
      options.request, needs: sections.needs.union(JSON(.lines, sections: sections).needs))
    runner.leaveOut(StateSet(.timeWait))
    let file = try RecordingFile(options.path, limit: options.limit)
    let isOfOne = options.request.reading.namespacesFromInside == .own
    let notices =
      isOfOne
      ? try? DestroyNotices(runner.query.protocols, families: runner.query.families) : nil
    self.options = options
    self.runner = runner
    self.file = consume file
    self.notices = consume notices
    // Numbers are not used again when it is started again.
    nextID = UInt64(max(0, Timestamp.now().seconds)) &* 1_000_000
  }

  /// For poll(2): readable when notices wait.
  var descriptor: Int32 {
    mutating get { notices?.descriptor ?? -1 }
  }

  // MARK: Connections between two looks

  /// Takes what the kernel told of sockets that it destroyed.
  mutating func takeNotices() {
    var received: [DestroyNotice] = []
    while true {
      let count = received.count
      do throws(SourceError) {
        if try notices?.receive(into: &received) == false { missesNotices = true }
      } catch {
        notices = nil
        missesNotices = true
      }
      if received.count == count || received.count > 1 << 14 { break }
    }
    if received.isEmpty { return }
    let now = Timestamp.now()
    var unseen: [DestroyNotice] = []
    for notice in received {
      if rows[.cookie(notice.socket.cookie)] != nil {
        finals[notice.socket.cookie] = notice.traffic
      } else if notice.socket.isConnected {
        unseen.append(notice)
      }
    }
    for notice in matching(unseen) {
      let isIncoming = isIncoming(notice.socket)
      brief.add(notice.socket, notice.traffic, isIncoming: isIncoming, at: now)
    }
  }

  /// Whether a listener took it, as far as one was in a table; else the kernel chose the other end's port
  /// and not this one's.
  private func isIncoming(_ socket: Socket) -> Bool {
    let (local, remote) = (socket.local.port, socket.remote.port)
    if listeners.contains(local) || listeners.contains(remote) { return listeners.contains(local) }
    return local < Self.firstChosenPort && remote >= Self.firstChosenPort
  }

  // As ip_local_port_range has it on most hosts.
  private static let firstChosenPort: UInt16 = 32_768

  /// Those that the filter lets through. Nobody knows who held them.
  private mutating func matching(_ unseen: [DestroyNotice]) -> [DestroyNotice] {
    if unseen.isEmpty { return [] }
    var builder = SnapshotBuilder(sockets: unseen.map(\.socket))
    builder.time = .now()
    builder.host = listing.snapshot.host
    builder.namespaces = listing.snapshot.namespaces
    let snapshot = builder.frozen()
    let rows =
      runner.filter.isEmpty
      ? Array(0..<UInt32(snapshot.count))
      : runner.filter.select(from: snapshot, for: runner.query).rows
    if options.namesEach {
      let lines = RecordLines(Listing(snapshot, rows: rows), commands: false)
      for (position, row) in rows.enumerated() {
        if each.count > Self.mostWaiting {
          lost += 1
          continue
        }
        lines.append(
          position, .closed, id: takeID(), firstSeen: nil,
          after: Self.end(unseen[Int(row)].traffic, seen: nil), to: &each)
      }
      return []
    }
    return rows.map { unseen[Int($0)] }
  }

  private mutating func takeID() -> UInt64 {
    nextID &+= 1
    return nextID
  }

  private static func end(_ traffic: SocketTraffic?, seen: Duration?) -> JSONMembers {
    var members = JSONMembers()
    members.append("tx_bytes", traffic?.sent)
    members.append("rx_bytes", traffic?.received)
    members.append("seen_seconds", seen)
    return members
  }

  // MARK: Looking

  /// Reads the table and writes what changed. What the disk has no room for is written later, as a whole.
  mutating func look() throws {
    takeNotices()
    let former = listing
    guard let read = try read() else { return }
    listing = read
    say(listing.snapshot.notices)
    let lines = RecordLines(listing, commands: options.hasCommands)
    generation &+= 1
    var changes: [(position: Int, event: RecordLines.Event, entry: Entry)] = []
    for position in 0..<listing.count { note(position, lines, &changes) }
    listeners = Set(
      listing.snapshot.listeningPorts(else: listeners))
    // What the kernel told while the table was read is of rows in it, or of none.
    takeNotices()
    let isWhole = looksUntilWhole <= 0 || file.wantsWhole
    var batch = changed(changes, lines, isWhole: isWhole)
    let closed = closedRows(former)
    let sums = brief.lines(before: listing.snapshot.time) + each
    each.removeAll(keepingCapacity: true)
    batch += closed + sums + mark(isWhole: isWhole)
    if file.isFull(with: batch.count) && !file.wantsWhole {
      file.rotate(at: .now())
      batch = changed(changes, lines, isWhole: true) + closed + sums + mark(isWhole: true)
    }
    missesNotices = false
    let start = startLine()
    if file.write(batch, start: start, lost: &lost, at: listing.snapshot.time) {
      looksUntilWhole =
        isWhole || looksUntilWhole <= 0
        ? min(Self.mostLooks, max(1, Int(Self.wholeTime / options.interval))) : looksUntilWhole
    }
    looksUntilWhole -= 1
  }

  /// Nil where it may be otherwise in a moment.
  private mutating func read() throws(SourceError) -> Listing? {
    do throws(SourceError) {
      return try runner.run()
    } catch {
      if !error.isPassing { throw error }
      say([.warning(explained(error))])
      return nil
    }
  }

  private mutating func note(
    _ position: Int, _ lines: RecordLines,
    _ changes: inout [(position: Int, event: RecordLines.Event, entry: Entry)]
  ) {
    let key = Key(listing[position].socket)
    let hash = lines.hash(of: position, &scratch)
    var event = RecordLines.Event.opened
    var entry: Entry
    if let known = rows[key] {
      event = known.hash == hash ? .present : .changed
      entry = known
      entry.hash = hash
    } else {
      entry = Entry(
        id: takeID(), firstSeen: listing.snapshot.time, hash: hash, generation: 0, position: 0)
    }
    entry.generation = generation
    entry.position = UInt32(truncatingIfNeeded: position)
    rows[key] = entry
    changes.append((position, event, entry))
  }

  private func changed(
    _ changes: [(position: Int, event: RecordLines.Event, entry: Entry)], _ lines: RecordLines,
    isWhole: Bool
  ) -> [UInt8] {
    var out: [UInt8] = []
    for change in changes where isWhole || change.event != .present {
      lines.append(
        change.position, change.event, id: change.entry.id, firstSeen: change.entry.firstSeen,
        to: &out)
    }
    return out
  }

  /// The rows that are gone, which are forgotten.
  private mutating func closedRows(_ former: Listing) -> [UInt8] {
    let gone = rows.filter { $0.value.generation != generation }
    if gone.isEmpty { return [] }
    var out: [UInt8] = []
    var old = former
    // The moment is that of the look that misses them.
    old.snapshot = former.snapshot.at(listing.snapshot.time)
    let lines = RecordLines(old, commands: options.hasCommands)
    for (key, entry) in gone.sorted(by: { $0.value.id < $1.value.id }) {
      rows[key] = nil
      var traffic: SocketTraffic?
      if case .cookie(let cookie) = key { traffic = finals.removeValue(forKey: cookie) }
      let seen = former.snapshot.time.since(entry.firstSeen)
      lines.append(
        Int(entry.position), .closed, id: entry.id, firstSeen: entry.firstSeen,
        after: Self.end(traffic, seen: seen), to: &out)
    }
    return out
  }

  /// The line after all lines of a look: the table is complete.
  private func mark(isWhole: Bool) -> [UInt8] {
    var members = JSONMembers()
    members.append("rows", UInt64(listing.count))
    members.append("whole", isWhole as Bool?)
    members.append("incomplete", listing.isIncomplete as Bool?)
    members.append("misses_brief", (missesNotices || notices == nil) as Bool?)
    return members.recordLine("sample", at: listing.snapshot.time)
  }

  private func startLine() -> [UInt8] {
    var members = JSONMembers()
    members.append("host", listing.snapshot.host)
    members.append("machine_id", listing.snapshot.identity.machineID)
    members.append("boot_id", listing.snapshot.identity.bootID)
    members.append("query", runner.question.text)
    members.append("sees_all", listing.snapshot.seesAll)
    members.append("every_seconds", options.interval as Duration?)
    members.append("each", options.namesEach as Bool?)
    members.append("version", version)
    return members.recordLine("start", at: listing.snapshot.time)
  }

  private mutating func say(_ notices: [Notice]) {
    for notice in notices where notice.weight == .warning && said.insert(notice).inserted {
      Output.say(notice.text)
    }
  }

  // MARK: The file

  /// logrotate has given the file another name: goes on in a new one.
  mutating func reopen() throws {
    guard file.reopen(at: .now()) else { return }
    try look()
  }

  /// Writes what there is still to say.
  mutating func finish() {
    takeNotices()
    let rest = brief.lines(before: nil) + each
    file.finish(rest, at: .now())
  }
}

extension DestroyNotice {
  fileprivate var traffic: SocketTraffic? { tcpInfo.map { SocketTraffic($0, in: socket.state) } }
}

extension Snapshot {
  /// The ports of what listens; `others` where no row does, as where the filter rules them out.
  fileprivate func listeningPorts(else others: Set<UInt16>) -> [UInt16] {
    let own = (0..<count).lazy.map { self[$0].socket }.filter { $0.isListener && $0.local.isIP }
    let ports = own.map(\.local.port)
    return ports.isEmpty ? Array(others) : Array(ports)
  }
}
