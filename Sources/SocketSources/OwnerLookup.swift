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

  init(choice: SnapshotReader.Owners, root: String) {
    self.root = root
    if choice == .auto {
      self.choice = root == ProcRoot.host && Self.manyFilesAreOpen ? .bpf : .proc
      isChosenHere = true
    } else {
      self.choice = choice
      isChosenHere = false
    }
  }

  // A walk that the user asked for and that fails is worth more than a remark.
  private let isChosenHere: Bool

  var isAsked: Bool { choice != .none }

  private static var manyFilesAreOpen: Bool {
    guard let bytes = try? FileDescriptor.contents(of: "/proc/sys/fs/file-nr"),
      let count = FileNr.openFiles(bytes.span)
    else { return false }
    return BPFOwners.pays(openFiles: count)
  }

  /// What a lookup saw.
  struct Found {
    var owners: OwnerRecords
    var notices: [Notice] = []
    /// A BPF walk beside the dump: it missed a socket that is younger than its look at the owner.
    var isWalk = false
    /// It began when all sockets had been read, and sees whatever holds one.
    var isComplete = false
  }

  /// A BPF walk under way; nil where there is none.
  func startWalk() -> Walk? { choice == .bpf ? Walk() : nil }

  /// Takes the walk's answer, or scans /proc where there is none.
  func finish(_ walk: consuming Walk?) throws(SourceError) -> Found {
    let scanned = "owners are from \(root)/<pid>/fd"
    guard let walk else {
      return Found(owners: try DescriptorScan(root: root).read(), notices: [.remark(scanned)])
    }
    switch walk.finish() {
    case .success(let records):
      return Found(
        owners: records, notices: [.remark("owners are from a BPF walk")], isWalk: true)
    case .failure(let reason):
      let sentence = "\(reason); \(scanned)"
      return Found(
        owners: try DescriptorScan(root: root).read(),
        notices: [isChosenHere ? .remark(sentence) : .warning(sentence)])
    }
  }

  /// Looks once more, where some row with an inode is nobody's: for what a walk beside the dump
  /// missed, or for threads with descriptors of their own, which a scan does not see.
  func lookAgain(after first: Found) throws(SourceError) -> [OwnerIndex.Record] {
    guard first.isWalk else { return try DescriptorScan(root: root).readThreads() }
    guard case .success(let second) = Walk.walk() else { return [] }
    let index = OwnerIndex(first.owners.records)
    return second.records.filter { index.slot(inode: $0.inode) == OwnerIndex.none }
  }
}

extension OwnerLookup {
  /// A BPF walk on its own thread.
  struct Walk: ~Copyable {
    typealias Answer = Result<OwnerRecords, BPFUnavailable>

    private final class Box: Sendable {
      let answer = Locked<Answer?>(nil)
    }

    private let box = Box()
    private let thread: Thread?

    init() {
      thread = try? Thread { [box] in
        let answer = Self.walk()
        box.answer.withLock { $0 = answer }
      }
    }

    /// Waits for the answer; walks here where there was no thread.
    consuming func finish() -> Answer {
      let box = box
      thread?.join()
      return box.answer.withLock { $0 } ?? Self.walk()
    }

    static func walk() -> Answer {
      do throws(BPFUnavailable) {
        return .success(try BPFOwners().read())
      } catch {
        return .failure(error)
      }
    }
  }
}
