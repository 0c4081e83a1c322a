import Display
import SocketModel

extension OptionGroup {
  static let saved = OptionGroup(
    title: "Tables that were written down",
    options: [
      Option(
        "from", takes: .file("FILE"), in: .asOf,
        "Ask a file instead of the kernel: of --json, --ndjson, record or --capture.",
        more: "Without --at and --since it is its last table."
      ) { typed, value in typed.request.reading.from = value },
      Option(
        "at", takes: .text("TIME"), in: .asOf, "The table nearest to this moment.",
        more: "03:00, 2026-02-28 03:00, 2026-02-28T03:00:00Z, or 2h: so long ago."
      ) { typed, value in typed.request.reading.at = value },
      Option(
        "since", takes: .text("TIME"), in: .asOf,
        "All that was there at some time since then; in diff, what changed since then."
      ) { typed, value in typed.request.reading.since = value },
    ])

  static let recording = OptionGroup(
    title: "Recording",
    options: [
      Option(
        "every", takes: .seconds("TIME", 100...86_400_000), in: [.record],
        "Look this often (60s)."
      ) { typed, value in typed.record.interval = value },
      Option(
        "keep", takes: .bytes("BYTES"), in: [.record],
        "So many bytes at most, FILE and FILE.1 together (1G)."
      ) { typed, value in typed.record.limit = value },
      Option(
        "each", in: [.record], "A line for each connection that was too short for any table."
      ) { typed in typed.record.namesEach = true },
      Option(
        "commands", in: [.record], "The owners' command lines, which may hold passwords."
      ) { typed in typed.record.hasCommands = true },
    ])
}

/// `sockeye diff FILE [FILE]`
public struct DiffOptions: Hashable, Sendable {
  /// One or two; none where `--from` names one.
  public var files: [String] = []
  public var reading = Reading()
  public var onlyListening = false
  public var printsJSON = false
  public var color = ColorChoice.auto
}

/// `sockeye record FILE [FILTER…]`
public struct RecordOptions: Hashable, Sendable {
  public var request = ListRequest()
  public var path = ""
  public var interval: Duration = .seconds(60)
  /// Of the file and the one before it together.
  public var limit = 1 << 30
  public var namesEach = false
  public var hasCommands = false
}

extension RawOptions {
  func diff(_ words: [String]) throws(ArgumentError) -> DiffOptions {
    let isNamed = request.reading.from != nil
    if words.isEmpty && !isNamed { throw .missingObject(.diff) }
    if words.count > (isNamed ? 1 : 2) { throw .unexpectedWord(.diff, words[words.count - 1]) }
    var options = DiffOptions(files: words, reading: request.reading)
    options.onlyListening = listening == true
    options.printsJSON = formats.last == .json
    options.color = presentation.color
    return options
  }

  func recording(_ words: [String]) throws(ArgumentError) -> RecordOptions {
    guard let path = words.first else { throw .missingObject(.record) }
    var options = record
    options.request = scopedRequest
    options.request.terms = Array(words.dropFirst())
    if options.request.terms.isEmpty && options.request.scope.protocols == nil {
      options.request.scope.protocols = .all
    }
    options.path = path
    return options
  }
}
