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

  private static let unanswerableWords: [(Needs, String)] = [
    (.tcpInfo, "most of tcp_info"), (.memory, "socket memory"),
    (.congestion, "congestion control"), (.tos, "type of service"), (.shutdown, "shutdown"),
    (.cgroups, "cgroups"), (.marks, "marks"), (.interfaces, "interfaces"), (.cookies, "cookies"),
    (.v6only, "v6only"), (.boundAlone, "sockets that are only bound"),
  ]

  /// All that /proc does not tell.
  static let unanswerable = unanswerableWords.reduce(into: Needs()) { $0.formUnion($1.0) }

  static func unanswered(_ needs: Needs) -> Notice? {
    let missing = unanswerableWords.filter { needs.contains($0.0) }.map(\.1)
    if missing.isEmpty { return nil }
    return .warning("/proc does not tell \(missing.joined(separator: ", ")): --source diag does")
  }
}
