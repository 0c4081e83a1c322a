internal import KernelFormats
internal import LinuxSystem
internal import SocketModel

/// Who holds which descriptor, by the way that suits the host.
///
/// A BPF iterator runs beside the socket dump, on a thread of its own. The scan of /proc uses all
/// processors by itself and comes after the dump, so that it misses no socket of it.
struct OwnerLookup {
  private let choice: OwnerBackend
  private let root: String
  // An iterator that the user asked for and that fails is worth more than a remark.
  private let isChosenHere: Bool
  /// About how many files are open on this host; 0 where that was not looked at.
  private let openFiles: Int

  init(_ choice: OwnerBackend, root: String) {
    self.root = root
    isChosenHere = choice == .auto
    let isOpen = isChosenHere && root == ProcRoot.host
    openFiles = isOpen ? Self.countOpenFiles() : 0
    let processes = isOpen ? Self.countProcesses() : 0
    self.choice =
      switch choice {
      // The iterator sees the running kernel's processes alone.
      case _ where root != ProcRoot.host: .proc
      case .auto: BPFOwners.pays(openFiles: openFiles, processes: processes) ? .bpf : .proc
      case .proc, .bpf, .none: choice
      }
  }

  /// Whether the kernel's iterator is asked.
  var iterates: Bool { choice == .bpf }

  private static func countOpenFiles() -> Int {
    guard let bytes = try? FileDescriptor.contents(of: "/proc/sys/fs/file-nr", chunk: 128) else {
      return 0
    }
    return min(FileNr.openFiles(bytes.span) ?? 0, 1 << 24)
  }

  private static func countProcesses() -> Int { (try? FileStatus(of: ProcRoot.host).links) ?? 0 }

  /// What a lookup saw.
  struct Found {
    var index: OwnerIndex
    var hiddenCause: HiddenCause?
    var notice: Notice
    /// The iterator sees whatever was there when it began; a scan does not see all threads.
    var isIterated = false
    /// How long the lookup took; nil where its caller waited for all of it.
    var took: Duration?
    /// The processes that were there when it began.
    var processes: Set<Int32> = []

    /// Whether all was seen but what no right opens: then it is worth to look closer.
    var isPrivileged: Bool { hiddenCause?.isExceptional ?? true }
  }

  /// Starts the iterator, where it is asked.
  func start() -> Run? {
    if !iterates { return nil }
    return Run { [openFiles, scan] in
      let began = MonotonicInstant.now()
      let processes = (try? scan.processes()) ?? []
      return RunAnswer(
        result: Self.iterate(expecting: openFiles), took: began.elapsed, processes: processes)
    }
  }

  /// Takes the iterator's answer, or scans /proc where there is none.
  func finish(_ run: consuming Run?) throws(SourceError) -> Found {
    let scanned = "owners are from \(root)/<pid>/fd"
    guard let run else { return try scan(.remark(scanned)) }
    let answer = run.value()
    switch answer.result {
    case .success(let index):
      return Found(
        index: index, notice: .remark("owners are from a BPF iterator"), isIterated: true,
        took: answer.took, processes: answer.processes)
    case .failure(let reason):
      let sentence = "\(reason); \(scanned)"
      return try scan(isChosenHere ? .remark(sentence) : .warning(sentence))
    }
  }

  private func scan(_ notice: Notice) throws(SourceError) -> Found {
    let found = try scan.read()
    return Found(
      index: OwnerIndex(found.records), hiddenCause: found.hiddenCause, notice: notice,
      processes: found.processes)
  }

  /// Looks once more, where some row with an inode is nobody's: for sockets that are younger than the
  /// iterator's look at their owner, or for threads with descriptors of their own, which a scan does
  /// not see.
  func lookAgain(after found: inout Found) throws(SourceError) {
    if found.isIterated { return try lookAtAll(after: &found) }
    let threads = try scan.lookAtThreads()
    found.index = found.index.adding(threads.records)
    note(threads.refusing.count, &found)
  }

  /// Looks at everything once more.
  func lookAtAll(after found: inout Found) throws(SourceError) {
    if found.isIterated {
      let processes = try scan.processes()
      if case .success(let second) = Self.iterate(expecting: openFiles) {
        add(Array(second.all), to: &found)
        found.processes = processes
        return
      }
    }
    let threads = try scan.lookAtThreads()
    let seen = try scan.read()
    add(seen.records + threads.records, to: &found)
    found.processes = seen.processes
    found.hiddenCause = found.hiddenCause ?? seen.hiddenCause
    note(threads.refusing.count, &found)
  }

  /// Looks at the processes that came since the look before: a socket may have been handed on to one of
  /// them by a process that ended before it was asked.
  func lookAtNewcomers(after found: inout Found) throws(SourceError) -> (came: Bool, went: Bool) {
    let processes = try scan.processes()
    let newcomers = Array(processes.subtracting(found.processes))
    let hasLost = !found.processes.isSubset(of: processes)
    found.processes = processes
    if newcomers.isEmpty { return (false, hasLost) }
    let threads = try scan.lookAtThreads(only: newcomers)
    let seen = try scan.read(only: newcomers)
    add(seen.records + threads.records, to: &found)
    note(threads.refusing.count, &found)
    if !found.isIterated { found.hiddenCause = found.hiddenCause ?? seen.hiddenCause }
    return (true, hasLost)
  }

  /// Adds the owners of sockets that had none.
  private func add(_ records: [OwnerIndex.Record], to found: inout Found) {
    let first = found.index
    found.index = first.adding(records.filter { first.slot(inode: $0.inode) == OwnerIndex.none })
  }

  private func note(_ refusals: Int, _ found: inout Found) {
    if refusals > 0, found.hiddenCause == nil {
      found.hiddenCause = .refusing(processes: refusals)
    }
  }

  /// The users that processes run as; one that has ended, or does not say, has no entry.
  func users(of pids: Set<Int32>) -> [Int32: Set<UInt32>] {
    guard let directory = try? Directory(root) else { return [:] }
    var users: [Int32: Set<UInt32>] = [:]
    for pid in pids {
      let status = try? FileDescriptor.contents(
        of: "\(pid)/status", at: directory.rawValue, chunk: 4096)
      users[pid] = status.flatMap { ProcStatus.users($0.span) }
    }
    return users
  }

  private var scan: DescriptorScan { DescriptorScan(root: root) }
}

extension OwnerLookup {
  /// The iterator on a thread of its own.
  typealias Run = Future<RunAnswer>

  struct RunAnswer: Sendable {
    let result: Result<OwnerIndex, BPFUnavailable>
    let took: Duration
    /// Those that were there when it began.
    var processes: Set<Int32> = []
  }

  /// Why what the iterator saw nobody hold may have an owner all the same; nil where it has none. The
  /// kernel can leave out a process that is closed even to root.
  func causeAfterIterating() throws(SourceError) -> HiddenCause? {
    // What hidepid leaves out can't be counted, and neither can what comes and goes there.
    let visibility = ProcessVisibility.current(root: root)
    if case .hidepid(let level) = visibility.hiddenCause(refusals: 0) { return .hidepid(level) }
    let refusals = try scan.countRefusals()
    return refusals > 0 ? .closed(processes: refusals) : nil
  }

  private static func iterate(expecting openFiles: Int) -> Result<OwnerIndex, BPFUnavailable> {
    Result { () throws(BPFUnavailable) in
      OwnerIndex(try BPFOwners().read(expecting: openFiles).records)
    }
  }
}
