import SocketModel

/// What fingers trained on other tools type, and what would silently be another query here.
struct MisspellingHint {
  let verb: Verb?
  let words: [String]

  /// Looks at a word of letters and the word after it.
  func check(_ word: String, next: String?) throws(ArgumentError) {
    try checkListOpenFiles(word, next: next)
    try checkSignal(word, next: next)
    if word.last == "o", let next, Self.forms.contains(next.lowercased()) {
      throw .refused(
        "\(word) \(next)", instead: "-o shows timers; for the form type: --\(next.lowercased())")
    }
    try checkNumber(word, next: next)
    if word == "-s", let next, Field(next) != nil {
      throw .refused(
        "-s \(next)", instead: "-s shows totals; for the order type: sockeye --sort \(next)")
    }
  }

  /// `kill -9`, `kill -KILL`, `kill -s TERM`.
  private func checkSignal(_ word: String, next: String?) throws(ArgumentError) {
    guard verb == .kill else { return }
    if word == "-s", let next, let signal = EndingSignal(named: next) {
      throw .refused("-s \(next)", instead: "type: --signal \(signal.name)")
    }
    let name = word.dropFirst()
    // -6 is IPv6.
    if name.count == 1, let letter = name.first, !Option.lettered(letter).isEmpty { return }
    guard let signal = EndingSignal(named: String(name)) else { return }
    throw .refused(word, instead: "type: --signal \(signal.name)")
  }

  /// `lsof -i :8080`, `lsof -ti:8080`, `lsof -iTCP`, `lsof -sTCP:LISTEN`.
  private func checkListOpenFiles(_ word: String, next: String?) throws(ArgumentError) {
    for option in ["-ti", "-i"] where word.hasPrefix(option) {
      let attached = word.dropFirst(option.count)
      let place = attached.isEmpty ? next ?? "" : String(attached)
      guard let terms = Self.terms(ofPlace: place) else { continue }
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
  private func checkNumber(
    _ word: String, next: String?
  ) throws(ArgumentError) {
    let digits = word.drop { !$0.isNumber && $0 != "." && $0 != "=" }
    let attached = digits.first == "=" ? digits.dropFirst() : digits
    let flags = word.dropLast(digits.count)
    let isAttached = !attached.isEmpty && milliseconds(in: String(attached)) != nil
    guard let number = isAttached ? String(attached) : next, milliseconds(in: number) != nil,
      isAttached || digits.isEmpty
    else { return }
    let typed = isAttached ? word : "\(word) \(number)"
    if flags.last == "c", self.verb == .stats {
      throw .refused(
        typed,
        instead:
          "totals are printed once; for every \(number) s type: watch -n \(number) sockeye stats")
    } else if flags.last == "c" {
      throw .refused(typed, instead: "\(Self.every(number, "--watch=")); \(Self.port(number))")
    } else if flags == "-n", self.verb == .watch {
      throw .refused(typed, instead: "\(Self.every(number, "--interval ")); \(Self.port(number))")
    } else if flags == "-p", let verb = self.verb, verb.takesTarget {
      throw .refused(typed, instead: Self.target(verb, words, port: number))
    } else if word == "-p" {
      throw .refused(
        typed, instead: "for the process type: sockeye pid=\(number); \(Self.port(number))")
    }
  }

  private static func every(_ number: String, _ option: String) -> String {
    "for every \(number) s type: \(option)\(number)"
  }

  private static func port(_ number: String) -> String { "for the port: :\(number)" }

  /// A number after an option that takes one only after `=`: `--watch 5`.
  func checkOptional(
    _ spelling: String, _ option: Option, next: String?
  ) throws(ArgumentError) {
    guard let next, milliseconds(in: next) != nil else { return }
    throw .refused(
      "\(spelling) \(next)", instead: "for \(next) s type: \(spelling)=\(next); \(Self.port(next))")
  }

  private static let forms = ["json", "ndjson", "csv"]

  private static func target(_ verb: Verb, _ words: [String], port: String) -> String {
    let host = words.last.map { $0.contains(":") && !$0.hasPrefix("[") ? "[\($0)]:" : "\($0):" }
    return "the port follows the host; type: sockeye \(verb) \(host ?? verb.anyHost)\(port)"
  }

  /// What is an option elsewhere and a term here: `--port 8080`, `--state listen`, `--pid 812`,
  /// `--output json`.
  func checkLong(
    _ spelling: String, _ name: String, value: String?
  ) throws(ArgumentError) {
    guard let value, !value.isEmpty, !value.hasPrefix("-") else { return }
    if name == "port", let verb = self.verb, verb.takesTarget {
      throw .refused("\(spelling) \(value)", instead: Self.target(verb, words, port: value))
    }
    if name == "output", Self.forms.contains(value.lowercased()) {
      throw .refused("\(spelling) \(value)", instead: "type: --\(value.lowercased())")
    }
    let isNumber = decimal(value) != nil
    let term: String? =
      switch name {
      case "port": value.hasPrefix(":") ? value : ":\(value)"
      case "sport", "lport", "local-port": "lport=\(value)"
      case "dport", "rport", "remote-port": "rport=\(value)"
      case "state": value.lowercased()
      case "pid", "uid", "inode": isNumber ? "\(name)=\(value)" : nil
      case "user": "user=\(value)"
      case "address", "addr", "host", "ip": value
      case _: nil
      }
    guard let term, Option.named(name).isEmpty else { return }
    let verb = self.verb.map { $0 == .list ? "" : "\($0) " } ?? ""
    throw .refused(
      "\(spelling) \(value)", instead: "that is a term here; type: sockeye \(verb)\(term)")
  }

  /// A whole line for lsof: `-nP -iTCP:8080 -sTCP:LISTEN`.
  static func checkListOpenFiles(line arguments: [String]) throws(ArgumentError) {
    var place: String?
    var state: String?
    var letters = ""
    for (index, word) in arguments.enumerated() {
      let next = index + 1 < arguments.count ? arguments[index + 1] : ""
      if word.hasPrefix("-i"), let found = Self.terms(ofPlace: String(word.dropFirst(2))) {
        place = found
      } else if word == "-i", let found = Self.terms(ofPlace: next) {
        place = found
      } else if word.uppercased().hasPrefix("-STCP:") {
        state = word.dropFirst(6).lowercased()
      } else if word.hasPrefix("-"), word.dropFirst().allSatisfy({ "nPtal".contains($0) }) {
        letters += word.dropFirst()
      }
    }
    guard let place, letters.contains("P") || state != nil else { return }
    let options = [letters.contains("t") ? "--pids" : letters.contains("n") ? "-n" : nil]
    let words = ["sockeye"] + options.compactMap { $0 } + [place] + [state].compactMap { $0 }
    throw .refused(
      arguments.joined(separator: " "),
      instead: "these are lsof's options; type: " + words.joined(separator: " "))
  }
}

extension Verb {
  /// Whether it takes a host with a port.
  fileprivate var takesTarget: Bool {
    switch self {
    case .serve, .connect, .probe, .wait, .why: true
    case .list, .watch, .trace, .stats, .diff, .record, .metrics, .check, .close, .kill, .demo,
      .completions, .man, .help:
      false
    }
  }

  /// What to write for a host that may still follow; nothing where there is mostly none.
  fileprivate var anyHost: String { [.serve, .wait, .why].contains(self) ? "" : "HOST:" }
}
