/// What /proc/<pid>/stat says of where a process comes from (proc_pid_stat(5)).
public struct ProcKinship: Hashable, Sendable {
  /// Field 4; 0 for one whose parent is in another pid namespace, or that has none.
  public let parent: Int32
  /// By `PF_KTHREAD` in field 9 (include/linux/sched.h).
  public let isKernelThread: Bool

  /// Nil where it is not the kernel's format. The name ends at its last `)`.
  public init?(_ bytes: Span<UInt8>) {
    guard let close = (0..<bytes.count).last(where: { bytes[$0] == UInt8(ascii: ")") }) else {
      return nil
    }
    var scanner = FieldScanner(position: close + 1)
    var numbers: [UInt64?] = []
    for _ in 3...9 {
      scanner.skipBlanks(bytes)
      numbers.append(scanner.decimal(bytes))
      scanner.skipField(bytes)
    }
    guard let parent = numbers[1].flatMap(Int32.init(exactly:)), let flags = numbers[6] else {
      return nil
    }
    self.parent = parent
    isKernelThread = flags & 0x0020_0000 != 0
  }
}
