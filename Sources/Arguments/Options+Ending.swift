import SocketModel

extension OptionGroup {
  static let ending = OptionGroup(
    title: "Closing and killing",
    options: [
      Option("yes", "y", in: .ending, "Do it without a question, as a script must.") { typed in
        typed.ending.isAgreed = true
      },
      Option(
        "dry-run", in: .ending, "Only say what would be ended, and what not."
      ) { typed in typed.ending.isDryRun = true },
      Option(
        "max", takes: .number("N", 1...1_000_000), in: .ending,
        "End no more than N, or nothing at all (10).",
        more: "Of close these are sockets, of kill processes. It counts with --yes as well."
      ) { typed, value in typed.ending.limit = value },
      Option(
        "listeners", in: [.close], "Close what listens, too; its port stays bound."
      ) { typed in typed.ending.takesListeners = true },
      Option(
        "signal", takes: .signal("SIGNAL"), in: [.kill],
        "The signal to send (term)."
      ) { typed, value in typed.ending.signal = value },
      Option(
        "timeout", takes: .seconds("SECONDS", 0...3_600_000), in: [.kill],
        "How long to wait for the processes' ends (5)."
      ) { typed, value in typed.ending.timeout = value },
    ])
}

extension ValueParser<EndingSignal> {
  fileprivate static func signal(_ word: String) -> Self {
    let words = EndingSignal.allCases.map(\.rawValue)
    return Self(value: .required(word, .choice(words))) { (given) throws(ArgumentError) in
      guard let signal = EndingSignal(named: try given.string()) else {
        throw given.refusal(either(words))
      }
      return signal
    }
  }
}
