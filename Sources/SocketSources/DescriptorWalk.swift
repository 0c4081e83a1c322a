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
