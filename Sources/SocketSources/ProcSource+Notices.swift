import KernelFormats
import SocketModel

extension ProcSource {
  /// One sentence a file: `/proc/net/tcp line 12: bad local_address 'xyz'; 1 line skipped`.
  static func notice(_ malformed: MalformedLines, _ path: String) -> Notice? {
    guard malformed.count > 0 else { return nil }
    let lines = malformed.first.map { bad in
      bad.text.isEmpty
        ? "line \(bad.line): no \(bad.column.rawValue)"
        : "line \(bad.line): bad \(bad.column.rawValue) '\(String(decoding: bad.text, as: UTF8.self))'"
    }
    let examples = lines.joined(separator: ", ")
    let skipped = malformed.count == 1 ? "1 line" : "\(malformed.count) lines"
    return .warning("\(path) \(examples); \(skipped) skipped")
  }

  /// What was asked and /proc does not say.
  static func unanswered(_ needs: Needs) -> [Notice] {
    let words: [(Needs, String)] = [
      (.tcpInfo, "most of tcp_info"), (.memory, "socket memory"),
      (.congestion, "congestion control"), (.tos, "type of service"), (.shutdown, "shutdown"),
      (.cgroups, "cgroups"), (.marks, "marks"),
    ]
    let missing = words.filter { needs.contains($0.0) }.map(\.1)
    if missing.isEmpty { return [] }
    return [.warning("/proc does not tell \(missing.joined(separator: ", ")): --source diag does")]
  }
}
