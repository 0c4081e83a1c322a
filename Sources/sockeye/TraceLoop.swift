import Arguments
import Display
import LinuxSystem
import SocketModel
import SocketSources

/// Reads events, tells of them, and ends: after a time, a number of lines, a signal, the end of the command
/// that is followed, or when nobody reads any more.
struct TraceLoop: ~Copyable {
  private var source: TraceSource
  private var rows: TraceRows
  private var output: TraceOutput
  private let signals: SignalDescriptor
  private let options: TraceOptions
  private var child: ChildProcess?
  private var left: Int?
  private var isOver = false
  /// A signal came.
  private var isStopped = false
  /// Nobody reads any more, or not in time after a signal.
  private var isUnread = false
  /// When totals are due, and a look.
  private var nextTotals: MonotonicInstant?
  private var nextLook: MonotonicInstant?
  /// Followed connections that have begun and not ended, by cookie.
  private var open: Set<UInt64> = []

  // Whoever writes to the ring wakes us only where we have read all: at most every so often.
  private static let rest = Duration.milliseconds(20)
  private static let look = Duration.milliseconds(250)
  /// How long the connections of a command may take to end after it.
  private static let grace = Duration.seconds(1)

  init(
    source: consuming TraceSource, rows: TraceRows, output: TraceOutput,
    signals: consuming SignalDescriptor, options: TraceOptions
  ) {
    self.source = consume source
    self.rows = rows
    self.output = output
    self.signals = consume signals
    self.options = options
    left = options.count
  }

  mutating func run(as user: Accounts.Identity?) throws -> ExitCode {
    let start = MonotonicInstant.now()
    nextTotals = options.interval.map { start + $0 }
    if source.isPolled {
      var seen: [ConnectionEvent] = []
      try source.look(into: &seen)
      nextLook = .now() + Self.look
    }
    if options.request.reading.isVerbose { Output.say(source.remark()) }
    try write(output.head)
    if options.command.isEmpty {
      Output.say("tracing TCP connections until Ctrl-C")
    } else {
      try startCommand(user)
    }
    let deadline = options.time.map { start + $0 }
    while !isOver {
      try turn(until: deadline)
      if let deadline, deadline <= .now() { isOver = true }
    }
    return try conclude()
  }

  // MARK: The command

  /// What we start is followed because we are, for as long as that takes.
  private mutating func startCommand(_ user: Accounts.Identity?) throws {
    source.follow(ProcessID.own)
    defer { source.leave(ProcessID.own) }
    do throws(Errno) {
      child = try ChildProcess(options.command, as: user)
    } catch {
      throw ExitError(
        error == .noSuchFile ? .commandNotFound : .commandNotRun,
        "cannot run \(options.command[0]): \(error)")
    }
  }

  /// Its last connections may be about to end.
  private mutating func awaitLast() throws {
    let deadline = MonotonicInstant.now() + Self.grace
    repeat {
      _ = try PollSet.wait(at: signals.rawValue, timeout: Self.rest)
      try readAll()
      try takeSignals()
    } while !open.isEmpty && !isStopped && !isUnread && .now() < deadline
  }

  // MARK: A turn

  private mutating func turn(until deadline: MonotonicInstant?) throws {
    var set = PollSet()
    let signalIndex = set.add(signals.rawValue)
    let childIndex = set.add(child?.descriptor ?? -1)
    // That nobody reads is told without being asked for.
    let outputIndex = set.add(isTerminal(1) || !options.command.isEmpty ? -1 : 1, [])
    let sourceIndex = set.add(source.descriptor)
    let pairs = rows.isWaiting ? MonotonicInstant.now() + Self.rest : nil
    let next = [deadline, nextTotals, nextLook, pairs].compactMap { $0 }.min()
    _ = try set.wait(timeout: next.map { max(.zero, $0 - .now()) })
    if !set[signalIndex].isEmpty { try takeSignals() }
    if set[outputIndex].contains(.error) { return (isOver, isUnread) = (true, true) }
    if !set[sourceIndex].isEmpty {
      // Until it is read nobody wakes us again: a signal is answered all the same.
      _ = try PollSet.wait(at: signals.rawValue, timeout: Self.rest)
    }
    if let due = nextLook, due <= .now() {
      var events: [ConnectionEvent] = []
      try source.look(into: &events)
      try take(events)
      nextLook = .now() + Self.look
    }
    try readAll()
    try tell(at: .now())
    if let due = nextTotals, due <= .now(), let interval = options.interval {
      nextTotals = max(due + interval, .now())
      try tellTotals()
    }
    if !set[childIndex].isEmpty { isOver = true }
  }

  private mutating func readAll() throws {
    var isComplete = false
    while !isComplete && !isUnread {
      var events: [ConnectionEvent] = []
      isComplete = try source.read(into: &events)
      try take(events)
      // Many are told of at once, and not all at the end.
      if !isComplete { try tell(at: .now() + .seconds(-1)) }
    }
  }

  private mutating func take(_ events: [ConnectionEvent]) throws {
    for event in events where event.isFollowed {
      if event.kind == .opened { open.insert(event.socket.cookie) }
      if event.kind == .ended { open.remove(event.socket.cookie) }
    }
    let wantsOpenings = options.tellsOpenings || options.interval != nil
    rows.add(wantsOpenings ? events : events.filter { $0.kind != .opened })
  }

  private mutating func takeSignals() throws {
    while let signal = try signals.next() {
      // It is the command's, which has it from the terminal or gets it from here, and its end is ours.
      if child == nil || isStopped { return stop() }
      if signal != .interrupt { child?.send(signal) }
    }
  }

  private mutating func stop() { (isOver, isStopped) = (true, true) }

  // MARK: What is told

  private mutating func tell(at now: MonotonicInstant?) throws {
    var listing = try rows.take(at: now)
    if let left, options.interval == nil {
      listing.rows = Array(listing.rows.prefix(left))
      self.left = left - listing.rows.count
      if self.left == 0 { isOver = true }
    }
    if listing.rows.isEmpty { return }
    try write(output.lines(listing, isIncomplete: source.lost + UInt64(rows.undecided) > 0))
  }

  private mutating func tellTotals() throws {
    guard let bytes = output.takeSummary() else { return }
    try write(bytes)
    if let left {
      self.left = left - 1
      if left <= 1 { isOver = true }
    }
  }

  /// A signal is answered also while nobody reads; what there is by then is written if somebody does.
  private mutating func write(_ bytes: [UInt8]) throws {
    // Standard output is the command's.
    if !options.command.isEmpty {
      try? FileDescriptor.write(bytes.span, to: 2)
      return
    }
    var written = 0
    do {
      while written < bytes.count && !isUnread {
        if isStopped {
          written = try Output.write(bytes, from: written, until: -1, timeout: Self.grace)
          isUnread = written < bytes.count
        } else {
          written = try Output.write(bytes, from: written, until: signals.rawValue)
          try takeSignals()
        }
      }
    } catch let end as ExitError where end.code == .answered {
      (isOver, isUnread) = (true, true)
    }
  }

  // MARK: The end

  private mutating func conclude() throws -> ExitCode {
    if child != nil && !isStopped && !isUnread { try awaitLast() }
    try readAll()
    if left ?? 1 > 0 { try tell(at: nil) }
    if options.interval != nil { try tellTotals() }
    sayWhatIsMissing()
    if child != nil {
      if !open.isEmpty {
        Output.say(
          "\(plural(open.count, "connection", "connections")) of it "
            + "\(open.count == 1 ? "is" : "are") still open")
      }
      if let end = child?.end() { Executable.exit(end.status) }
      Output.say("\(options.command[0]) goes on, and what it connects to is no longer told")
      if !isStopped, left ?? 1 > 0 { return .timedOut }
    }
    if let left, left > 0, options.time != nil, !isStopped, !isUnread { return .timedOut }
    return .answered
  }

  private mutating func sayWhatIsMissing() {
    let lost = source.lost
    if source.isPolled {
      if lost > 0 { Output.say("lost: the kernel had to drop notices, nobody knows how many") }
    } else if lost > 0 || options.request.reading.isVerbose {
      let remedy = lost > 0 ? ": they came faster than they were read; --buffer keeps more" : ""
      Output.say("lost \(plural(Int(clamping: lost), "event", "events"))" + remedy)
    }
    if rows.undecided > 0 {
      Output.say(
        "can't tell of \(plural(rows.undecided, "connection", "connections")) more: "
          + "nobody saw whose they are")
    }
  }
}
