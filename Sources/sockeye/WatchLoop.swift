import Arguments
import LinuxSystem
import SocketModel
import SocketSources
import Watch

/// The loop of the live view: poll(2) over keys, signals, the clock, the kernel's notices, and the
/// threads that read and work. No step of it takes longer than a key may wait.
struct WatchLoop: ~Copyable {
  var state: WatchState
  let form: WatchForm
  var screen: WatchScreen?
  let signals: SignalDescriptor
  private let timer: TimerDescriptor
  /// Nil while it is at work.
  private var collector: Collector?
  private var reading: Background<WatchReading, WatchReading.Outcome>
  private var background: Background<WatchTask, WatchTask.Outcome>
  private var ending: Background<WatchEnding, String>
  private var notices: DestroyNotices?
  private var ended: EndedOwners?
  private var keys = KeyParser()
  /// Until when the rest of a key's sequence is awaited.
  private var keyDeadline = MonotonicInstant.now()
  private let start = MonotonicInstant.now()
  private var begun = MonotonicInstant.now()
  /// What is being asked; nil between two refreshes.
  private var asked: Query?
  /// So many refreshes, and those that are left; nil for any number.
  private let count: Int?
  private var left: Int?
  /// Refreshes that failed since the last one that did not.
  private var failures = 0
  private let isVerbose: Bool
  private var said: Set<Notice> = []
  var isOver = false

  // After so long Esc is a key of its own.
  private static let escapeTime = Duration.milliseconds(30)

  init(
    _ state: WatchState, _ collector: Collector, form: WatchForm, count: Int?,
    hasColour: Bool, isVerbose: Bool
  ) throws {
    // Threads that start later leave these signals to the loop.
    let stops: [Signal] = form.isScreen ? [.terminalInput, .terminalOutput] : []
    let signals = try SignalDescriptor(
      [.interrupt, .terminate, .hangUp, .quit, .windowChange, .terminalStop, .continue] + stops)
    let timer = try TimerDescriptor()
    let reading = try Background { (task: consuming WatchReading) in task.outcome() }
    let background = try Background { (task: consuming WatchTask) in task.outcome() }
    let ending = try Background { (task: consuming WatchEnding) in task.outcome() }
    let screen = form.isScreen ? try WatchScreen(hasColour: hasColour, signals) : nil
    self.screen = consume screen
    self.signals = consume signals
    self.timer = consume timer
    self.reading = consume reading
    self.background = consume background
    self.ending = consume ending
    self.collector = collector
    self.state = state
    self.form = form
    self.isVerbose = isVerbose
    self.count = count
    left = count
    // The kernel tells only of its listener's own network namespace.
    if state.query.namespaces == .own && collector.isLive {
      notices = try? DestroyNotices(state.query.protocols, families: state.query.families)
    }
    // Nothing comes and goes before the first refresh.
    if notices != nil, count != 1, collector.mayAskKernel, state.query.protocols.contains(.tcp) {
      ended = EndedOwners()
    }
  }

  mutating func run() throws -> ExitCode {
    try draw()
    try refresh()
    try timer.set(after: state.interval, every: state.interval)
    while !isOver { try turn() }
    return .answered
  }

  /// One turn: waits, then does what there is to do, keys first.
  private mutating func turn() throws {
    var set = PollSet()
    let keysIndex = set.add(screen?.keys ?? -1)
    let signalIndex = set.add(signals.rawValue)
    let timerIndex = set.add(timer.rawValue)
    let readIndex = set.add(background.isBusy ? -1 : reading.descriptor)
    let noticeIndex = set.add(notices?.descriptor ?? -1)
    let doneIndex = set.add(background.descriptor)
    let endIndex = set.add(ending.descriptor)
    let roomIndex = set.add(screen?.awaited ?? -1, .writable)
    _ = try set.wait(timeout: keys.isWaiting ? max(.zero, keyDeadline - .now()) : nil)
    if !set[keysIndex].isEmpty {
      try readKeys()
    } else if keys.isWaiting && keyDeadline <= .now() {
      try press(keys.timeout())
    }
    if !set[signalIndex].isEmpty { try takeSignals() }
    if !set[roomIndex].isEmpty && !isOver { try goOnDrawing() }
    if !set[noticeIndex].isEmpty { try takeNotices() }
    if !set[doneIndex].isEmpty { try takeOutcome() }
    if !set[endIndex].isEmpty { try takeEnding() }
    if !set[timerIndex].isEmpty, try timer.expirations() > 0, !state.isPaused { try refresh() }
    if !set[readIndex].isEmpty && !isOver { try takeAnswer() }
  }

  // MARK: What comes in

  private mutating func readKeys() throws {
    guard let descriptor = screen?.keys else { return }
    var bytes: [UInt8] = []
    let count: Int
    do throws(Errno) {
      count = try FileDescriptor.read(descriptor, appendingTo: &bytes, atMost: 4096)
    } catch {
      // Another process group has the terminal, or it is gone.
      if screen?.mustStop ?? false { return try stop(.terminalInput) }
      return isOver = true
    }
    if count == 0 { return isOver = true }
    try press(keys.feed(bytes.span))
    keyDeadline = .now() + Self.escapeTime
  }

  private mutating func press(_ keys: [Key]) throws {
    if keys.isEmpty { return }
    var asks = false
    for key in keys {
      switch state.press(key) {
      case .none: break
      case .quit: return isOver = true
      case .refresh: asks = true
      case .ask: asks = asks || !state.isPaused
      case .redraw: screen?.forget()
      case .end: end()
      case .changeInterval: try timer.set(after: state.interval, every: state.interval)
      }
    }
    if asks { try refresh() }
    arrange()
    try draw()
  }

  /// Ends what was agreed to, beside everything else. A second thing waits for no answer of the first.
  private mutating func end() {
    guard let agreed = state.takeAgreed() else { return }
    if ending.isBusy {
      state.noteEnding("not yet: the last one is still being ended")
    } else {
      state.noteEnding("…")
      ending.start(WatchEnding(question: agreed, namespaces: state.query.namespaces))
    }
  }

  private mutating func takeEnding() throws {
    guard let sentence = ending.take() else { return }
    state.noteEnding(sentence)
    if !state.isPaused { try refresh() }
    try draw()
  }

  private mutating func takeNotices() throws {
    var received: [DestroyNotice] = []
    do throws(SourceError) {
      _ = try notices?.receive(into: &received)
    } catch {
      notices = nil
    }
    for notice in received { state.noteDestroyed(notice.socket, notice.tcpInfo) }
  }

  // MARK: Refreshes

  /// Asks for the next snapshot. One that is under way answers first.
  private mutating func refresh() throws {
    // Given away whole: what it caches is changed in place.
    if asked != nil { return }
    guard let collector = collector.take() else { return }
    let query = state.query
    asked = query
    begun = .now()
    reading.start(WatchReading(collector: collector, query: query, filter: state.filterInForce))
  }

  /// The snapshot is there. It is taken in once nothing else is being worked on.
  private mutating func takeAnswer() throws {
    if background.isBusy { return }
    switch reading.take() {
    case nil: return
    case .failed(let collector?, let error):
      // What is shown stays as it was: none of it has closed.
      self.collector = collector
      asked = nil
      try noteFailure(error)
    case .failed(nil, let error): throw error
    case .read(let collector, let snapshot, let query):
      self.collector = collector
      failures = 0
      // What ended before the last row was read has been told by now.
      try takeNotices()
      state.expectsNotices = notices != nil
      let work = state.refreshing(answering: query, at: begun - start)
      background.start(.refresh(snapshot, work, ended, since: begun))
    }
  }

  /// As many failures as refreshes were asked for are the end: nobody waits for the rest for ever.
  private mutating func noteFailure(_ error: SourceError) throws {
    failures += 1
    if let count, failures >= count {
      let times = failures == 1 ? "the refresh" : "\(failures) refreshes in a row"
      throw ExitError(.unreadable, "watch: \(times) failed: \(explained(error))")
    }
    state.noteFailure(explained(error), at: .now() - start)
    say([.warning(explained(error))])
    try draw()
  }

  private mutating func takeOutcome() throws {
    switch background.take() {
    case nil: return
    case .arranged(let result): state.take(result)
    case .refreshed(let result, let notices):
      let spent = state.take(result)
      collector?.recycle(spent)
      let answered = asked
      asked = nil
      say(notices)
      try tell()
      if !isOver && answered != state.query && !state.isPaused { try refresh() }
    }
    arrange()
    try draw()
  }

  /// What a key changed and is too much to be done at once.
  private mutating func arrange() {
    guard !background.isBusy, let work = state.pendingWork else { return }
    background.start(.arrange(work))
  }

  // MARK: What goes out

  mutating func draw() throws {
    if screen?.mustStop ?? false { try stop(.terminalOutput) }
    guard let size = screen?.size else { return }
    if screen?.isBehind ?? true { return }
    try screen?.show(state.frame(size))
  }

  /// There is room for more of the last frame, and then for the next.
  private mutating func goOnDrawing() throws {
    try screen?.flush()
    try draw()
  }

  /// A refresh is complete.
  private mutating func tell() throws {
    switch form {
    case .screen: break
    case .frames: try write(state.plainFrame())
    case .events(let form):
      say(state.notes.map(Notice.warning))
      try write(state.eventLines(form))
    }
    left = left.map { $0 - 1 }
    if let left, left <= 0 { isOver = true }
  }

  /// A signal is answered also while nobody reads.
  private mutating func write(_ bytes: [UInt8]) throws {
    var written = 0
    while written < bytes.count && !isOver {
      written = try Output.write(bytes, from: written, until: signals.rawValue)
      try takeSignals()
    }
  }

  /// Each sentence once; a screen has no room for them.
  private mutating func say(_ notices: [Notice]) {
    if form.isScreen { return }
    for notice in notices where notice.weight == .warning || isVerbose {
      if said.insert(notice).inserted { Output.say(notice.text) }
    }
  }
}

// MARK: Signals

extension WatchLoop {
  private mutating func takeSignals() throws {
    while let signal = try signals.next() {
      switch signal {
      case .interrupt: isOver = true
      case .windowChange: try draw()
      case .terminalStop, .terminalInput, .terminalOutput: try stop(signal)
      case .continue: try goOn()
      default:
        // The terminal first, then the end that the sender expects.
        screen = nil
        signals.takeDefaultAction(of: signal)
        isOver = true
      }
    }
  }

  private mutating func stop(_ signal: Signal) throws {
    screen?.giveBack()
    signals.takeDefaultAction(of: signal)
    try goOn()
  }

  private mutating func goOn() throws {
    try screen?.takeAgain(signals)
    try draw()
  }
}
