internal import KernelFormats
internal import LinuxSystem
internal import SocketModel

/// Who holds which descriptor, by the road that suits the host.
///
/// A BPF walk runs beside the socket dump, on a thread of its own. The scan of /proc uses all
/// processors by itself and comes after the dump, so that it misses no socket of it.
struct OwnerLookup {
  private let choice: SnapshotReader.Owners
  private let root: String
  // A walk that the user asked for and that fails is worth more than a remark.
  private let isChosenHere: Bool
  /// About how many files are open on this host; 0 where that was not looked at.
  private let openFiles: Int

  init(choice: SnapshotReader.Owners, root: String) {
    self.root = root
    isChosenHere = choice == .auto
    let isOpen = isChosenHere && root == ProcRoot.host
    openFiles = isOpen ? Self.countOpenFiles() : 0
    let processes = isOpen ? Self.countProcesses() : 0
    self.choice =
      if !isChosenHere { choice } else {
        BPFOwners.pays(openFiles: openFiles, processes: processes) ? .bpf : .proc
      }
  }

  var isAsked: Bool { choice != .none }

  /// Whether a BPF walk is the road.
  var walks: Bool { choice == .bpf }

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
    /// A BPF walk sees whatever was there when it began; a scan does not see all threads.
    var isWalk = false

    /// Whether all was seen but what no right opens: then it is worth to look closer.
    var isPrivileged: Bool { hiddenCause?.isExceptional ?? true }
  }

  /// Begins a BPF walk, where that is the road.
  func startWalk() -> Walk? {
    walks ? Walk { [openFiles] in Self.walk(expecting: openFiles) } : nil
  }

  /// Takes the walk's answer, or scans /proc where there is none.
  func finish(_ walk: consuming Walk?) throws(SourceError) -> Found {
    let scanned = "owners are from \(root)/<pid>/fd"
    guard let walk else { return try scan(.remark(scanned)) }
    switch walk.value() {
    case .success(let index):
      return Found(index: index, notice: .remark("owners are from a BPF walk"), isWalk: true)
    case .failure(let reason):
      let sentence = "\(reason); \(scanned)"
      return try scan(isChosenHere ? .remark(sentence) : .warning(sentence))
    }
  }

  private func scan(_ notice: Notice) throws(SourceError) -> Found {
    let found = try DescriptorScan(root: root).read()
    return Found(
      index: OwnerIndex(found.records), hiddenCause: found.hiddenCause, notice: notice)
  }

  /// Looks once more, where some row with an inode is nobody's: for sockets that are younger than a
  /// walk's look at their owner, or for threads with descriptors of their own, which a scan does not
  /// see.
  func lookAgain(after first: Found) throws(SourceError) -> OwnerIndex {
    guard first.isWalk else {
      return first.index.adding(try DescriptorScan(root: root).readThreads())
    }
    guard case .success(let second) = Self.walk(expecting: openFiles) else { return first.index }
    return first.index.adding(
      second.all.filter { first.index.slot(inode: $0.inode) == OwnerIndex.none })
  }
}

extension OwnerLookup {
  /// A BPF walk on a thread of its own.
  typealias Walk = Future<Result<OwnerIndex, BPFUnavailable>>

  /// Why what a walk saw nobody hold may have an owner all the same; nil where it has none. The kernel
  /// can leave a process out of the walk that is closed even to root.
  func causeAfterWalk() throws(SourceError) -> HiddenCause? {
    let refusals = try DescriptorScan(root: root).countRefusals()
    return refusals > 0 ? .closed(processes: refusals) : nil
  }

  private static func walk(expecting openFiles: Int) -> Result<OwnerIndex, BPFUnavailable> {
    Result { () throws(BPFUnavailable) in
      OwnerIndex(try BPFOwners().read(expecting: openFiles).records)
    }
  }
}
