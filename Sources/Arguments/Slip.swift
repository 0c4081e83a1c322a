import SocketModel

/// What fingers trained on other tools type, and what would silently be another question here.
enum Slip {
  /// Looks at a word of letters and the word behind it.
  static func check(_ word: String, next: String?, line: Line) throws(ArgumentError) {
    try checkListOpenFiles(word, next: next)
    try checkNumber(word, next: next, line: line)
    if word == "-s", let next, Field(next) != nil {
      throw .refused(
        "-s \(next)", instead: "-s shows totals; for the order type: sockeye --sort \(next)")
    }
  }

  /// `lsof -i :8080`, `lsof -ti:8080`, `lsof -iTCP`, `lsof -sTCP:LISTEN`.
  private static func checkListOpenFiles(_ word: String, next: String?) throws(ArgumentError) {
    for option in ["-ti", "-i"] where word.hasPrefix(option) {
      let attached = word.dropFirst(option.count)
      let place = attached.isEmpty ? next ?? "" : String(attached)
      guard let terms = terms(ofPlace: place) else { continue }
      let typed = attached.isEmpty ? "\(option) \(place)" : word
      let infos = "with TCP internals: sockeye --info \(terms)"
      let instead =
        option == "-i"
        ? "-i shows TCP internals; type: sockeye \(terms); \(infos)"
        : "-t is TCP and -i TCP internals; for pids type: sockeye --pids \(terms); \(infos)"
      throw .refused(typed, instead: instead)
    }
    let states = word == "-s" ? next ?? "" : String(word.dropFirst(2))
    if word.hasPrefix("-s"), states.uppercased().hasPrefix("TCP:") {
      let state = states.dropFirst(4).lowercased()
      throw .refused(
        word == "-s" ? "-s \(states)" : word,
        instead: "-s shows totals; for the state type: sockeye tcp \(state)")
    }
  }

  /// lsof's `[tcp|udp][@HOST][:PORT]` as terms; nil for anything else.
  private static func terms(ofPlace place: String) -> String? {
    let lowered = place.lowercased()
    let transport = ["tcp", "udp"].first { lowered.hasPrefix($0) } ?? ""
    let end = lowered.dropFirst(transport.count)
    guard end.first == ":" || end.first == "@" || end.isEmpty && !transport.isEmpty else {
      return nil
    }
    let place = end.first == "@" ? end.dropFirst() : end
    return [transport, String(place)].filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// `-c 5`, `watch -n 2`, `-p 812`.
  private static func checkNumber(
    _ word: String, next: String?, line: Line
  ) throws(ArgumentError) {
    let digits = word.drop { !$0.isNumber && $0 != "." && $0 != "=" }
    let attached = digits.first == "=" ? digits.dropFirst() : digits
    let flags = word.dropLast(digits.count)
    let isAttached = !attached.isEmpty && milliseconds(in: String(attached)) != nil
    guard let number = isAttached ? String(attached) : next, milliseconds(in: number) != nil,
      isAttached || digits.isEmpty
    else { return }
    let typed = isAttached ? word : "\(word) \(number)"
    if flags.last == "c", isAttached || line.tool != .netstat {
      throw .refused(typed, instead: "\(every(number, "--watch=")); \(port(number))")
    } else if flags == "-n", line.verb == .watch {
      throw .refused(typed, instead: "\(every(number, "--interval ")); \(port(number))")
    } else if word == "-p" {
      throw .refused(
        typed, instead: "for the process type: sockeye pid=\(number); \(port(number))")
    }
  }

  private static func every(_ number: String, _ option: String) -> String {
    "for every \(number) s type: \(option)\(number)"
  }

  private static func port(_ number: String) -> String { "for the port: :\(number)" }

  /// A number behind an option that takes one only after `=`: `--watch 5`.
  static func checkOptional(
    _ spelling: String, _ option: Option, next: String?, line: Line
  ) throws(ArgumentError) {
    guard let next, milliseconds(in: next) != nil else { return }
    throw .refused(
      "\(spelling) \(next)", instead: "for \(next) s type: \(spelling)=\(next); \(port(next))")
  }
}
