internal import KernelFormats
internal import LinuxSystem
public import SocketModel

/// The events of TCP connections as the kernel has them, one by one: BPF programs at its tracepoints,
/// assembled from the running kernel's types (`BPFProgram.connectionEvents`). They are gone with this
/// value, and with the process however it ends. It takes CAP_BPF and CAP_PERFMON.
public struct ConnectionTracer: ~Copyable {
  private var kept: Kept
  /// What keeps the programs attached.
  private let changes: FileDescriptor
  private let forks: FileDescriptor?
  private let accepts: FileDescriptor?

  /// Whether the kernel tells who accepted a connection (fexit): not all kernels allow that.
  public let tellsAccepters: Bool

  /// What the programs write to.
  private struct Kept: ~Copyable {
    var ring: BPFRing
    let connections: BPFMap
    let lost: BPFMap
    var followed: BPFMap?
    let maps: ConnectionEventMaps

    /// So many connections are known at once; the longest unused are forgotten first.
    static let mostConnections = 1 << 16
    static let mostFollowed = 1 << 16

    init(ringSize: Int, follows: Bool) throws(TraceUnavailable) {
      BPFMap.liftMemoryLimit()
      do throws(Errno) {
        let ring = try BPFRing(size: ringSize)
        let connections = try BPFMap(
          .recentHash, key: 8, value: Int(BPFConnectionRecord.known), entries: Self.mostConnections)
        let lost = try BPFMap(.array, key: 4, value: 8, entries: 1)
        var followed: BPFMap?
        if follows {
          followed = try BPFMap(
            .hash, key: 4, value: 4, entries: Self.mostFollowed, allocatesLater: true)
        }
        maps = ConnectionEventMaps(
          ring: ring.descriptor, connections: connections.descriptor, lost: lost.descriptor,
          followed: followed?.descriptor)
        self.ring = ring
        self.connections = connections
        self.lost = lost
        self.followed = followed
      } catch {
        throw error == .notPermitted ? .notPermitted : .map(error)
      }
    }
  }

  /// Attaches. What happens from now on is in the ring, which has room for so many bytes: a power of two,
  /// and at least a page.
  public init(
    _ choice: ConnectionEventChoice, ringSize: Int = 4 << 20, follows: Bool = false
  ) throws(TraceUnavailable) {
    try Self.check()
    let layout = try Self.layout()
    let kept = try Kept(ringSize: ringSize, follows: follows)
    let maps = kept.maps
    var forks: FileDescriptor?
    if let number = maps.followed {
      forks = try Self.start(.followedProcesses(number, layout), at: .tracepoint(layout.fork))
    }
    let changes = try Self.start(
      .connectionEvents(choice, maps, layout), at: .tracepoint(layout.stateChange))
    let accepts = try? Self.start(
      .acceptedConnections(maps, layout), at: .exit(of: layout.accept))
    tellsAccepters = accepts != nil
    self.accepts = accepts
    self.kept = kept
    self.forks = forks
    self.changes = changes
  }

  private static func check() throws(TraceUnavailable) {
    do throws(BPFUnavailable) {
      try BPFOwners.checkNamespace()
    } catch {
      throw .pidNamespace
    }
    if !BPF.isPermitted {
      let map = (try? FileDescriptor.contents(of: "/proc/self/uid_map")) ?? []
      let isInitial = String(decoding: map, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        .elementsEqual(["0", "0", "4294967295"])
      throw isInitial || map.isEmpty ? .notPermitted : .userNamespace
    }
  }

  private static func layout() throws(TraceUnavailable) -> ConnectionEventLayout {
    let path = BPFOwners.kernelTypes
    let file: FileBytes
    do throws(Errno) { file = try FileBytes(path) } catch { throw .noTypes(path: path, error) }
    do throws(BTFError) {
      return try file.withBytes { bytes throws(BTFError) in try ConnectionEventLayout(btf: bytes) }
    } catch {
      throw .types(path: path, error)
    }
  }

  private static func start(
    _ program: BPFProgram, at place: BPF.Place
  ) throws(TraceUnavailable) -> FileDescriptor {
    let code = program.assembled()
    let loaded: FileDescriptor
    do throws(BPF.LoadError) {
      loaded = try BPF.load(code.span, at: place)
    } catch {
      throw .program(error.errno, verifier: error.verdict)
    }
    do throws(Errno) { return try BPF.attach(loaded) } catch { throw .attachment(error) }
  }
}

extension ConnectionTracer {
  /// For poll(2): readable when events wait. Whoever waits a moment before reading keeps the kernel from
  /// waking it for each.
  public var descriptor: Int32 { kept.ring.descriptor }

  /// Appends the events that wait, at most `limit`. False where there are more.
  public mutating func read(into events: inout [ConnectionEvent], limit: Int = 1 << 14) -> Bool {
    kept.ring.read(limit: limit) { bytes in
      if let event = BPFConnectionRecord.decode(bytes) { events.append(event) }
    } < limit
  }

  /// How many events there was no room for.
  public var lost: UInt64 {
    kept.lost.value(of: [0, 0, 0, 0]).map { $0.span.uint64(at: 0) } ?? 0
  }

  /// Follows a process, and what it starts from now on.
  public mutating func follow(_ pid: Int32) {
    _ = kept.followed?.set(Self.key(1), of: Self.key(pid))
  }

  public mutating func leave(_ pid: Int32) { kept.followed?.remove(Self.key(pid)) }

  private static func key(_ number: Int32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
}
