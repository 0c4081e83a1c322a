/// One instruction of the kernel's virtual machine: 8 bytes, little-endian
/// (RFC 9669, uapi linux/bpf.h `struct bpf_insn`).
public struct BPFInstruction: Hashable, Sendable {
  public let opcode: UInt8
  public let destination: Register
  public let source: Register
  /// Bytes for loads and stores, instructions for jumps.
  public let offset: Int16
  public let immediate: Int32

  /// r0 is a call's result and the program's; r1 to r5 are arguments, lost in a call; r6 to r9 stay;
  /// r10 is the end of the stack, read only.
  public enum Register: UInt8, Sendable {
    case r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10
  }

  /// The size of what a load or store moves; the raw value is the opcode's `BPF_SIZE`.
  public enum Width: UInt8, Sendable {
    case word = 0x00
    case halfword = 0x08
    case byte = 0x10
    case doubleword = 0x18

    public init?(bytes: Int) {
      switch bytes {
      case 1: self = .byte
      case 2: self = .halfword
      case 4: self = .word
      case 8: self = .doubleword
      default: return nil
      }
    }
  }

  /// When a jump is taken; the raw value is the opcode's operation, on 64 bits without a sign.
  public enum Condition: UInt8, Sendable {
    case equal = 0x10
    case greater = 0x20
    case notEqual = 0x50
    case less = 0xa0
  }

  private init(
    _ opcode: UInt8, _ destination: Register = .r0, _ source: Register = .r0, offset: Int16 = 0,
    immediate: Int32 = 0
  ) {
    self.opcode = opcode
    self.destination = destination
    self.source = source
    self.offset = offset
    self.immediate = immediate
  }
}

extension BPFInstruction {
  /// `destination = value`
  public static func move(_ destination: Register, _ value: Int32) -> Self {
    Self(0xb7, destination, immediate: value)
  }

  /// `destination = source`
  public static func move(_ destination: Register, _ source: Register) -> Self {
    Self(0xbf, destination, source)
  }

  /// `destination += value`
  public static func add(_ destination: Register, _ value: Int32) -> Self {
    Self(0x07, destination, immediate: value)
  }

  /// `destination &= value`, the value's sign extended to 64 bits.
  public static func and(_ destination: Register, _ value: Int32) -> Self {
    Self(0x57, destination, immediate: value)
  }

  /// `destination |= value`, the value's sign extended to 64 bits.
  public static func or(_ destination: Register, _ value: Int32) -> Self {
    Self(0x47, destination, immediate: value)
  }

  /// `destination <<= bits`
  public static func shiftLeft(_ destination: Register, _ bits: Int32) -> Self {
    Self(0x67, destination, immediate: bits)
  }

  /// `destination >>= bits`, zeros coming in.
  public static func shiftRight(_ destination: Register, _ bits: Int32) -> Self {
    Self(0x77, destination, immediate: bits)
  }

  /// `destination >>= bits`, the sign coming in.
  public static func shiftSignedRight(_ destination: Register, _ bits: Int32) -> Self {
    Self(0xc7, destination, immediate: bits)
  }

  /// The lower 16 bits of the register turned from big-endian to the machine's order, the rest zeros.
  public static func fromBigEndian16(_ destination: Register) -> Self {
    Self(0xdc, destination, immediate: 16)
  }

  /// `destination = the map of this descriptor` (`BPF_PSEUDO_MAP_FD`): two instructions.
  public static func loadMap(_ destination: Register, _ descriptor: Int32) -> [Self] {
    [Self(0x18, destination, .r1, immediate: descriptor), Self(0)]
  }

  /// `*(destination + offset) += source`, 8 bytes at once whoever else does it.
  public static func addAtomically(
    _ source: Register, at destination: Register, _ offset: Int16 = 0
  ) -> Self {
    Self(0xdb, destination, source, offset: offset)
  }

  /// Skips `offset` instructions.
  public static func skip(_ offset: Int16) -> Self { Self(0x05, offset: offset) }

  /// `destination = *(source + offset)`, zero extended.
  public static func load(
    _ width: Width, _ destination: Register, from source: Register, _ offset: Int16
  ) -> Self {
    Self(0x61 | width.rawValue, destination, source, offset: offset)
  }

  /// `*(destination + offset) = source`
  public static func store(
    _ width: Width, _ source: Register, at destination: Register, _ offset: Int16
  ) -> Self {
    Self(0x63 | width.rawValue, destination, source, offset: offset)
  }

  /// Skips `offset` instructions where the register compares so with the value.
  public static func jump(
    if register: Register, _ condition: Condition, _ value: Int32, over offset: Int16
  ) -> Self {
    Self(0x05 | condition.rawValue, register, offset: offset, immediate: value)
  }

  /// `r0 = helper(r1, …, r5)`
  public static func call(_ helper: Helper) -> Self { Self(0x85, immediate: helper.rawValue) }

  /// Ends the program with r0.
  public static let exit = Self(0x95)

  /// A function of the kernel that a program may call (`BPF_FUNC_…`).
  public enum Helper: Int32, Sendable {
    /// `bpf_map_lookup_elem(map, key)`: a pointer to the value, or null.
    case mapLookup = 1
    /// `bpf_map_update_elem(map, key, value, flags)`
    case mapUpdate = 2
    /// `bpf_map_delete_elem(map, key)`
    case mapDelete = 3
    /// `bpf_ktime_get_ns()`: CLOCK_MONOTONIC.
    case monotonicTime = 5
    /// `bpf_get_current_pid_tgid()`: the process above the thread, in the initial pid namespace.
    case currentProcess = 14
    /// `bpf_get_current_comm(buffer, size)`
    case currentName = 16
    /// `bpf_get_socket_cookie(sock)`; in tracing programs from Linux 5.12 on.
    case socketCookie = 46
    /// `bpf_seq_write(seq, data, length)`; for GPL-compatible programs.
    case seqWrite = 127
    /// `bpf_ringbuf_reserve(ring, size, flags)`: room for a record, or null.
    case ringReserve = 131
    /// `bpf_ringbuf_submit(record, flags)`
    case ringSubmit = 132
    /// `bpf_skc_to_tcp_sock(sock)`: a `struct tcp_sock`, or null (Linux 5.9).
    case toTCPSock = 137
    /// `bpf_get_current_task_btf()`: the running `struct task_struct` (Linux 5.11).
    case currentTask = 158
    /// `bpf_sock_from_file(file)`: a `struct socket`, or null (Linux 5.11).
    case sockFromFile = 162
  }

  func append(to bytes: inout [UInt8]) {
    bytes.append(opcode)
    bytes.append(destination.rawValue | source.rawValue << 4)
    let offset = UInt16(bitPattern: offset)
    for shift in [0, 8] { bytes.append(UInt8(truncatingIfNeeded: offset >> shift)) }
    let immediate = UInt32(bitPattern: immediate)
    for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: immediate >> shift)) }
  }
}
