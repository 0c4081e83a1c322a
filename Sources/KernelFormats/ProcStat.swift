/// What /proc/<pid>/stat says of a process (proc_pid_stat(5), do_task_stat in fs/proc/array.c).
public struct ProcStat: Hashable, Sendable {
  /// `comm` as it is: at most 15 bytes of the process's own choice, any but NUL. Spaces,
  /// parentheses and newlines are not escaped.
  public let name: [UInt8]
  /// Field 3, a letter: `T` is stopped by a signal, `t` by a debugger.
  public let state: UInt8
  /// Field 22: clock ticks from the start of the host to that of the process.
  public let startTime: UInt64

  public init(name: [UInt8], state: UInt8, startTime: UInt64) {
    self.name = name
    self.state = state
    self.startTime = startTime
  }

  /// Reads the whole file. The name ends at its last `)`, since everything after it is numbers and
  /// one letter; nil where it is not the kernel's format.
  public init?(_ bytes: Span<UInt8>) {
    guard let open = (0..<bytes.count).first(where: { bytes[$0] == UInt8(ascii: "(") }),
      let close = (0..<bytes.count).last(where: { bytes[$0] == UInt8(ascii: ")") }),
      close > open
    else { return nil }
    // After the name comes field 3.
    var scanner = FieldScanner(position: close + 1)
    scanner.skipBlanks(bytes)
    guard scanner.position < bytes.count else { return nil }
    let state = bytes[scanner.position]
    for _ in 3..<22 {
      scanner.skipBlanks(bytes)
      scanner.skipField(bytes)
    }
    scanner.skipBlanks(bytes)
    guard let startTime = scanner.decimal(bytes), scanner.isAtFieldEnd(bytes) else { return nil }
    self.init(
      name: (open + 1..<close).map { bytes[$0] }, state: state, startTime: startTime)
  }
}
