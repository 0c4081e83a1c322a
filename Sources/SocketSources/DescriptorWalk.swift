internal import KernelFormats
internal import LinuxSystem
internal import SocketModel
internal import Synchronization

/// One walk over the descriptors of many processes, shared by the threads that do it.
///
/// First each thread takes a few processes at a time. A process with very many descriptors is put
/// aside after its directory was listed: all threads then share its links, so that a host whose
/// sockets are all in one server is walked no slower.
final class DescriptorWalk: Sendable {
  let directory: Directory
  let pids: [Int32]
  private let nextProcess = Atomic<Int>(0)
  private let nextPiece = Atomic<Int>(0)
  private let gathered = Locked(Gathered())

  /// Some descriptors of one process: the work of the second round.
  struct Piece: Sendable {
    let pid: Int32
    let place: Place
    let descriptors: [Int32]
  }

  /// Where records belong in the result: by process, then by descriptor.
  struct Place: Comparable, Sendable {
    let process: Int
    let descriptor: Int32

    static func < (a: Place, b: Place) -> Bool {
      (a.process, a.descriptor) < (b.process, b.descriptor)
    }
  }

  struct Part: Sendable {
    let place: Place
    let records: [OwnerIndex.Record]
  }

  /// What threads hand in when they are done.
  struct Gathered: Sendable {
    var parts: [Part] = []
    var pieces: [Piece] = []
    var refusing: Set<Int32> = []
  }

  /// All processes of the directory, or the given ones.
  init(_ directory: consuming Directory, pids: [Int32]?) throws(Errno) {
    var all: [Int32] = []
    if let pids {
      all = Set(pids).sorted()
    } else {
      var buffer: [UInt8] = []
      try directory.appendNumbers(to: &all, buffer: &buffer)
      all.sort()
    }
    self.pids = all
    self.directory = directory
  }

  /// A thread costs as much as a look at about this many processes.
  private static let processesWorthAThread = 50
  private static let processesAtOnce = 8

  func run(threads: Int) -> (records: [OwnerIndex.Record], refusals: Int) {
    let useful = min(threads, 1 + pids.count / Self.processesWorthAThread)
    Thread.concurrently(useful) { self.walkProcesses(aside: threads > 1) }
    let pieces = gathered.withLock { $0.pieces }
    if !pieces.isEmpty {
      Thread.concurrently(min(threads, pieces.count)) { self.walk(pieces) }
    }
    var all = gathered.withLock { $0 }
    all.parts.sort { $0.place < $1.place }
    var records: [OwnerIndex.Record] = []
    records.reserveCapacity(all.parts.reduce(0) { $0 + $1.records.count })
    for part in all.parts { records += part.records }
    return (records, all.refusing.count)
  }

  private func walkProcesses(aside: Bool) {
    Capabilities.lookingIntoProcesses.raised { lookAtProcesses(aside: aside) }
  }

  private func lookAtProcesses(aside: Bool) {
    var worker = DescriptorWorker(directory.rawValue, putsAside: aside)
    while true {
      let start = nextProcess.add(Self.processesAtOnce, ordering: .relaxed).oldValue
      guard start < pids.count else { break }
      for process in start..<min(pids.count, start + Self.processesAtOnce) {
        worker.look(at: pids[process], process: process)
      }
      worker.closePart()
    }
    hand(in: worker.gathered)
  }

  private func walk(_ pieces: [Piece]) {
    Capabilities.lookingIntoProcesses.raised { look(at: pieces) }
  }

  private func look(at pieces: [Piece]) {
    var worker = DescriptorWorker(directory.rawValue, putsAside: false)
    while true {
      let next = nextPiece.add(1, ordering: .relaxed).oldValue
      guard next < pieces.count else { break }
      worker.look(at: pieces[next])
    }
    hand(in: worker.gathered)
  }

  private func hand(in own: Gathered) {
    gathered.withLock {
      $0.parts += own.parts
      $0.pieces += own.pieces
      $0.refusing.formUnion(own.refusing)
    }
  }
}

/// One thread's share of a descriptor walk, with the buffers that it uses again and again.
struct DescriptorWorker: ~Copyable {
  private(set) var gathered = DescriptorWalk.Gathered()

  private let root: Int32
  private let putsAside: Bool
  private var place: DescriptorWalk.Place?
  private var records: [OwnerIndex.Record] = []
  private var descriptors: [Int32] = []
  private var entries: [UInt8] = []
  private var target: [UInt8] = []

  /// `root` is an open proc filesystem; with `putsAside` processes with many descriptors are left
  /// for the second round.
  init(_ root: Int32, putsAside: Bool) {
    self.root = root
    self.putsAside = putsAside
  }

  /// So many links take about 10 ms.
  private static let pieceSize = 2048

  /// Reads a process's links; `process` is its position among all.
  mutating func look(at pid: Int32, process: Int) {
    look(in: "\(pid)/fd", of: pid, process: process)
  }

  /// Reads the links in a directory: a process's, or that of one of its threads.
  mutating func look(in path: String, of pid: Int32, process: Int) {
    descriptors.removeAll(keepingCapacity: true)
    do throws(Errno) {
      let directory = try Directory(path, at: root)
      try directory.appendNumbers(to: &descriptors, buffer: &entries)
      descriptors.sort()
      if putsAside, descriptors.count > Self.pieceSize {
        putAside(pid, process)
        return
      }
      if place == nil { place = DescriptorWalk.Place(process: process, descriptor: 0) }
      try readLinks(descriptors, pid, directory)
    } catch {
      note(error, pid)
    }
  }

  /// Reads some of a process's links, found in an earlier look.
  mutating func look(at piece: DescriptorWalk.Piece) {
    place = piece.place
    do throws(Errno) {
      try readLinks(piece.descriptors, piece.pid, Directory("\(piece.pid)/fd", at: root))
    } catch {
      note(error, piece.pid)
    }
    closePart()
  }

  /// Ends a run of records that belong together.
  mutating func closePart() {
    if let place, !records.isEmpty {
      gathered.parts.append(DescriptorWalk.Part(place: place, records: records))
      records.removeAll(keepingCapacity: true)
    }
    place = nil
  }

  private mutating func putAside(_ pid: Int32, _ process: Int) {
    closePart()
    for start in stride(from: 0, to: descriptors.count, by: Self.pieceSize) {
      let some = descriptors[start..<min(descriptors.count, start + Self.pieceSize)]
      gathered.pieces.append(
        DescriptorWalk.Piece(
          pid: pid,
          place: DescriptorWalk.Place(process: process, descriptor: descriptors[start]),
          descriptors: Array(some)))
    }
  }

  /// A link that vanished is skipped; a refusal ends the process, since it holds for all its links.
  private mutating func readLinks(
    _ numbers: [Int32], _ pid: Int32, _ directory: borrowing Directory
  ) throws(Errno) {
    for number in numbers {
      do throws(Errno) {
        try SymbolicLink.read(number, at: directory.rawValue, into: &target)
      } catch {
        if error == .noSuchFile { continue }
        try confirm(error, directory)
      }
      if let inode = FdLink.socketInode(target.span) {
        records.append(OwnerIndex.Record(inode: inode, pid: pid, descriptor: number))
      }
    }
  }

  /// The kernel says "permission denied" of the links of a process that has just ended as well; its
  /// directory then can't be listed any more.
  private mutating func confirm(
    _ refusal: Errno, _ directory: borrowing Directory
  ) throws(Errno) -> Never {
    var ignored: [Int32] = []
    try directory.appendNumbers(to: &ignored, buffer: &entries)
    throw refusal
  }

  /// What went away holds nothing any more; whatever else is in the way, it may hide a socket.
  private mutating func note(_ error: Errno, _ pid: Int32) {
    if error != .noSuchFile, error != .noSuchProcess { gathered.refusing.insert(pid) }
  }
}
