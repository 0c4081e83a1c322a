import SocketModel

extension OptionGroup {
  static let measuring = OptionGroup(
    title: "Metrics",
    options: [
      Option(
        "textfile", takes: .file("PATH"), in: [.metrics],
        "Write them to this file, which is replaced when it is complete.",
        more: "For node_exporter's textfile collector: a name that ends in .prom; mode 0644."
      ) { typed, value in typed.metrics.textfile = value },
      Option(
        "http", in: [.metrics], "Answer one HTTP request on standard input and output.",
        more: "For a socket unit of systemd with Accept=yes."
      ) { typed in typed.metrics.answersHTTP = true },
      Option(
        "remote-port", takes: .ports("LIST"), in: [.metrics],
        "Count by these ports of other ends, too."
      ) { typed, value in typed.metrics.remotePorts.formUnion(value) },
      Option(
        "top", takes: .number("N", 1...80), in: [.metrics],
        "So many processes are told apart (50); the rest are other."
      ) { typed, value in typed.metrics.top = value },
    ])
}

extension ValueParser<Set<UInt16>> {
  /// `443,5432,8000-8010`, at most 20 ports.
  fileprivate static func ports(_ word: String) -> Self {
    Self(value: .required(word, .number)) { (given) throws(ArgumentError) in
      var ports: Set<UInt16> = []
      for part in try given.string().split(separator: ",", omittingEmptySubsequences: false) {
        let ends = part.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = ends.compactMap { decimal($0) }.compactMap { UInt16(exactly: $0) }
        guard numbers.count == ends.count, let first = numbers.first, let last = numbers.last,
          numbers.count <= 2, first > 0, first <= last, Int(last - first) + ports.count < 20
        else { throw given.refusal("at most 20 ports such as 443,8000-8010") }
        ports.formUnion(first...last)
      }
      return ports
    }
  }
}
