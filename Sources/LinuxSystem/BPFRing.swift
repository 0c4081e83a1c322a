internal import Glibc
internal import Synchronization

/// Records that programs of the kernel's virtual machine write and this process reads, in memory that both
/// see (Documentation/bpf/ringbuf.rst): a page with the reader's position, one with the writer's, and the
/// data, mapped twice, so that no record is in two pieces.
@safe public struct BPFRing: ~Copyable {
  private let map: BPFMap
  private let size: Int
  private let pageSize: Int
  private let reader: UnsafeMutableRawPointer
  /// The writer's page, and the data after it.
  private let writer: UnsafeMutableRawPointer

  /// A ring of so many bytes: a power of two, and at least a page.
  public init(size: Int) throws(Errno) {
    let map = try BPFMap(.ring, key: 0, value: 0, entries: size)
    let pageSize = sysconf(Int32(_SC_PAGESIZE))
    guard
      let reader = unsafe mmap(
        nil, pageSize, PROT_READ | PROT_WRITE, MAP_SHARED, map.descriptor, 0),
      unsafe reader != MAP_FAILED
    else { throw Errno.last }
    guard
      let writer = unsafe mmap(
        nil, pageSize + 2 * size, PROT_READ, MAP_SHARED, map.descriptor, pageSize),
      unsafe writer != MAP_FAILED
    else {
      let error = Errno.last
      _ = unsafe munmap(reader, pageSize)
      throw error
    }
    self.map = map
    self.size = size
    self.pageSize = pageSize
    unsafe self.reader = reader
    unsafe self.writer = writer
  }

  deinit {
    _ = unsafe munmap(reader, pageSize)
    _ = unsafe munmap(writer, pageSize + 2 * size)
  }

  /// For poll(2): readable when records wait. Whoever writes wakes who polls, at a cost, only where the
  /// ring was empty.
  public var descriptor: Int32 { map.descriptor }

  private static let busy: UInt32 = 1 << 31
  private static let discarded: UInt32 = 1 << 30
  private static let headerSize = 8

  /// Calls `body` with the records that wait, at most `limit`, and returns how many there were.
  public mutating func read(limit: Int, _ body: (Span<UInt8>) -> Void) -> Int {
    let positions = unsafe (
      reader.assumingMemoryBound(to: Atomic<UInt64>.self),
      writer.assumingMemoryBound(to: Atomic<UInt64>.self)
    )
    var position = unsafe positions.0.pointee.load(ordering: .relaxed)
    var count = 0
    while count < limit {
      let end = unsafe positions.1.pointee.load(ordering: .acquiring)
      guard position < end else { break }
      let header = unsafe writer + pageSize + Int(position & UInt64(size - 1))
      let word = unsafe header.assumingMemoryBound(to: Atomic<UInt32>.self)
        .pointee.load(ordering: .acquiring)
      // It is being written: what comes after it may be done, and waits.
      if word & Self.busy != 0 { break }
      let length = Int(word & ~(Self.busy | Self.discarded))
      guard length <= size - Self.headerSize else { break }
      if word & Self.discarded == 0 {
        let start = unsafe (header + Self.headerSize).assumingMemoryBound(to: UInt8.self)
        unsafe body(UnsafeBufferPointer(start: start, count: length).span)
        count += 1
      }
      position += UInt64((length + Self.headerSize + 7) & ~7)
      unsafe positions.0.pointee.store(position, ordering: .releasing)
    }
    return count
  }
}
