/// What a mounted proc filesystem hides (proc(5), "Mount options").
public struct ProcMount: Hashable, Sendable {
  /// 0 shows all, 1 refuses other users' directories, 2 leaves them out (`invisible`), 4 leaves out
  /// what may not be traced (`ptraceable`).
  public var hidepid = 0
  /// The group that `hidepid` does not concern.
  public var group: UInt32 = 0

  public init() {}

  /// Finds the filesystem at a mount point in /proc/<pid>/mountinfo (proc_pid_mountinfo(5)): the
  /// last one that was mounted there covers the others. Nil where no proc filesystem is.
  public init?(at mountPoint: String, in mountinfo: Span<UInt8>) {
    let wanted = Array(mountPoint.utf8)
    var found: ProcMount?
    var scanner = FieldScanner(position: 0)
    while scanner.position < mountinfo.count {
      for _ in 0..<4 { Self.field(mountinfo, &scanner) }
      scanner.skipBlanks(mountinfo)
      let start = scanner.position
      if Self.accept(wanted, mountinfo, &scanner), scanner.isAtFieldEnd(mountinfo) {
        found = Self.options(mountinfo, &scanner)
      } else {
        scanner.position = start
      }
      scanner.skipLine(mountinfo)
    }
    guard let found else { return nil }
    self = found
  }

  /// The rest of a line: options of the mount, optional fields, ` - `, type, source, options of the
  /// filesystem. Nil where the type is another.
  private static func options(
    _ bytes: borrowing Span<UInt8>, _ scanner: inout FieldScanner
  ) -> ProcMount? {
    var mount = ProcMount()
    mount.read(scanner.text(bytes))
    while !scanner.isAtLineEnd(bytes) {
      guard scanner.text(bytes) == "-" else { continue }
      guard scanner.text(bytes) == "proc" else { return nil }
      field(bytes, &scanner)
      mount.read(scanner.text(bytes))
      return mount
    }
    return nil
  }

  private mutating func read(_ options: String) {
    for option in options.split(separator: ",") {
      let parts = option.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { continue }
      switch parts[0] {
      case "hidepid": hidepid = Self.words[String(parts[1])] ?? Int(parts[1]) ?? hidepid
      case "gid": group = UInt32(parts[1]) ?? group
      default: break
      }
    }
  }

  /// Kernels since 5.8 print words.
  private static let words = ["off": 0, "noaccess": 1, "invisible": 2, "ptraceable": 4]

  private static func field(_ bytes: borrowing Span<UInt8>, _ scanner: inout FieldScanner) {
    scanner.skipBlanks(bytes)
    scanner.skipField(bytes)
  }

  private static func accept(
    _ word: [UInt8], _ bytes: borrowing Span<UInt8>, _ scanner: inout FieldScanner
  ) -> Bool {
    for byte in word where !scanner.accept(byte, bytes) { return false }
    return true
  }
}
