internal import KernelFormats
internal import LinuxSystem
internal import SocketModel

/// The owner lookup by which the kernel itself walks the open files of every process: a BPF
/// iterator, assembled from the running kernel's types.
public struct BPFOwners: Sendable {
  static let kernelTypes = "/sys/kernel/btf/vmlinux"

  private let types: String

  public init() { self.init(types: Self.kernelTypes) }

  /// The path is another one in tests alone.
  public init(types: String) { self.types = types }

  /// Whether, on a host with this many open files (`/proc/sys/fs/file-nr`, where files that processes
  /// share count once) and processes, the walk and what comes before it cost less than reading the
  /// links in `/proc/<pid>/fd`.
  public static func pays(openFiles: Int, processes: Int) -> Bool {
    // 3 ms for types and program (9 where the types can't be mapped) and 0.6 µs a file, against 4.6
    // µs a link and 50 µs a process, halved by a second thread.
    openFiles >= 2000 || processes >= 200
  }

  /// Every descriptor that refers to a socket, by pid and descriptor. Threads that share a table of
  /// descriptors are one process; what a thread with its own table holds is where the thread's
  /// id comes, under its process's pid. Room is made for `openFiles` records.
  public func read(expecting openFiles: Int = 0) throws(BPFUnavailable) -> OwnerRecords {
    try Self.checkNamespace()
    // Before the kernel's types are read: an ordinary user need not wait for that.
    guard BPF.isPermitted else { throw .program(.notPermitted, verifier: nil) }
    let layout = try Self.layout(types) { bytes throws(BTFError) in
      try TaskFileLayout(btf: bytes)
    }
    let iterator = try Self.start(.socketOwners(layout), layout.iterator)
    let records = try Self.records(iterator, expecting: openFiles)
    return OwnerRecords(records: records, hiddenCause: nil)
  }

  /// The kernel gives pids of the initial pid namespace, whose number never changes
  /// (include/linux/proc_ns.h `PROC_PID_INIT_INO`).
  static func checkNamespace() throws(BPFUnavailable) {
    let namespace = try? FileStatus(of: "/proc/self/ns/pid").inode
    guard namespace == 4_026_531_836 else { throw .pidNamespace }
  }

  static func layout<Layout>(
    _ types: String, _ parse: (Span<UInt8>) throws(BTFError) -> Layout
  ) throws(BPFUnavailable) -> Layout {
    let file: FileBytes
    do throws(Errno) {
      file = try FileBytes(types)
    } catch {
      throw .noTypes(path: types, error)
    }
    do throws(BTFError) {
      return try file.withBytes(parse)
    } catch {
      throw .types(path: types, error)
    }
  }

  /// Program and link may be closed once there is an iterator: it holds both.
  static func start(
    _ program: BPFProgram, _ function: UInt32
  ) throws(BPFUnavailable) -> FileDescriptor {
    let code = program.assembled()
    let program: FileDescriptor
    do throws(BPF.LoadError) {
      program = try BPF.load(code.span, at: .iterator(of: function))
    } catch {
      throw .program(error.errno, verifier: error.verdict)
    }
    do throws(Errno) {
      let link = try BPF.link(program)
      return try BPF.iterator(link)
    } catch {
      throw .walk(error)
    }
  }

  private static func records(
    _ iterator: borrowing FileDescriptor, expecting openFiles: Int
  ) throws(BPFUnavailable) -> [OwnerIndex.Record] {
    var records: [OwnerIndex.Record] = []
    records.reserveCapacity(openFiles)
    var bytes: [UInt8] = []
    while try Self.read(iterator, &bytes) > 0 {
      guard BPFOwnerRecord.decode(bytes.span, appendingTo: &records) else { throw .cutShort }
      bytes.removeAll(keepingCapacity: true)
    }
    return records
  }

  /// The kernel says EAGAIN where it looked at a million files and found nothing to give: it goes on
  /// at the next read.
  static func read(
    _ iterator: borrowing FileDescriptor, _ bytes: inout [UInt8]
  ) throws(BPFUnavailable) -> Int {
    for _ in 0..<1000 {
      do throws(Errno) {
        return try iterator.read(appendingTo: &bytes, atMost: 1 << 16)
      } catch {
        if error != .wouldBlock { throw .walk(error) }
      }
    }
    throw .walk(.wouldBlock)
  }
}
