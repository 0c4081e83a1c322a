public import SocketModel

/// What `BPFProgram.socketOwners` writes for each socket of each task: inode (8 bytes), pid (4),
/// descriptor (4), little-endian.
public enum BPFOwnerRecord {
  public static let size = 16

  /// Appends all whole records; false where bytes are left over.
  public static func decode(
    _ bytes: Span<UInt8>, appendingTo records: inout [OwnerIndex.Record]
  ) -> Bool {
    for index in 0..<bytes.count / size {
      let at = index * size
      records.append(
        OwnerIndex.Record(
          inode: bytes.uint64(at: at), pid: Int32(bitPattern: bytes.uint32(at: at + 8)),
          descriptor: Int32(bitPattern: bytes.uint32(at: at + 12))))
    }
    return bytes.count % size == 0
  }
}
