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

  /// What /proc does not tell, or not all of.
  static let unanswerable: Needs = [.details, .interfaces, .cookies, .v6only]

  static func unanswered(_ needs: Needs, lacksBound: Bool) -> Notice? {
    var names = lacksBound ? ["sockets that are only bound"] : []
    for field in Field.all where !needs.isDisjoint(with: field.needs) {
      let name =
        switch field.needs {
        case .tcpInfo: "most of tcp_info"
        case .memory: "socket memory"
        default: field.group ?? field.name
        }
      if !names.contains(name) { names.append(name) }
    }
    if names.isEmpty { return nil }
    return .warning("/proc does not tell \(names.joined(separator: ", ")): --source diag does")
  }
}
