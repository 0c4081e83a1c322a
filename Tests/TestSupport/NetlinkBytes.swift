/// Builds netlink messages as the kernel does, for tests: every number in the machine's own order,
/// ports and addresses in the network's.
public enum NetlinkBytes {
  public static func native(_ value: some FixedWidthInteger) -> [UInt8] {
    let ordered = value.littleEndian
    return (0..<ordered.bitWidth / 8).map { UInt8(truncatingIfNeeded: ordered >> ($0 * 8)) }
  }

  public static func network(_ value: some FixedWidthInteger) -> [UInt8] {
    (0..<value.bitWidth / 8).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  /// `struct nlmsghdr` and its payload, padded to four bytes.
  public static func message(
    _ kind: UInt16, flags: UInt16 = 2, sequence: UInt32 = 1, _ payload: [UInt8]
  ) -> [UInt8] {
    padded(
      native(UInt32(16 + payload.count)) + native(kind) + native(flags) + native(sequence)
        + native(UInt32(0)) + payload)
  }

  /// `struct nlattr` and its value, padded to four bytes.
  public static func attribute(_ kind: UInt16, _ value: [UInt8]) -> [UInt8] {
    padded(native(UInt16(4 + value.count)) + native(kind) + value)
  }

  /// The end of a dump, with the kernel's negative error number or 0.
  public static func done(_ code: Int32 = 0, flags: UInt16 = 2, sequence: UInt32 = 1) -> [UInt8] {
    message(3, flags: flags, sequence: sequence, native(code))
  }

  public static func error(_ code: Int32, sequence: UInt32 = 1) -> [UInt8] {
    message(2, flags: 0, sequence: sequence, native(code) + [UInt8](repeating: 0, count: 16))
  }

  /// `struct inet_diag_msg`; an address of 4 or 16 bytes says the family.
  public static func row(
    state: UInt8 = 1, timer: UInt8 = 0, retransmits: UInt8 = 0, local: [UInt8] = [127, 0, 0, 1],
    localPort: UInt16 = 80, remote: [UInt8] = [127, 0, 0, 1], remotePort: UInt16 = 40000,
    interface: UInt32 = 0, cookie: UInt64 = 1, expires: UInt32 = 0, receiveQueue: UInt32 = 0,
    sendQueue: UInt32 = 0, uid: UInt32 = 0, inode: UInt32 = 0
  ) -> [UInt8] {
    let rest = [UInt8](repeating: 0, count: 16 - local.count)
    var bytes: [UInt8] = [local.count == 4 ? 2 : 10, state, timer, retransmits]
    bytes += network(localPort) + network(remotePort)
    bytes += local + rest + remote + rest
    bytes += native(interface) + native(UInt32(truncatingIfNeeded: cookie))
    bytes += native(UInt32(truncatingIfNeeded: cookie >> 32))
    for number in [expires, receiveQueue, sendQueue, uid, inode] { bytes += native(number) }
    return bytes
  }

  private static func padded(_ bytes: [UInt8]) -> [UInt8] {
    bytes + [UInt8](repeating: 0, count: -bytes.count & 3)
  }
}
