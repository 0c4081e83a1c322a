import Arguments
import SocketFilter
import Sockeye
import SocketModel

/// The bare words of a filter that no process goes by, each with what it may have meant.
struct UnmatchedWords {
  private let words: [(word: String, near: Suggestion?)]
  private let either: (asked: String, either: String)?
  /// Whether every process could be seen.
  private let isCertain: Bool

  init(_ filter: Filter, in snapshot: Snapshot, isCertain: Bool) {
    self.isCertain = isCertain
    either = filter.meantAsEither
    words = filter.unmatchedWords(in: snapshot).map {
      ($0, Filter.suggestion(for: $0, in: snapshot, names: HostFilterNames()))
    }
  }

  /// A sentence for each word. A process that is hidden may go by it: then there is something to say
  /// only where something is near.
  var sentences: [String] {
    words.compactMap { word, near in
      isCertain || near != nil ? sentence(word, near) : nil
    }
  }

  /// What to say where nothing matched.
  var sentencesWhereNothingMatched: [String] {
    guard isCertain, words.isEmpty, let either else { return sentences }
    return ["no socket matches all of '\(either.asked)'; write \(either.either) for either"]
  }

  /// Those about words that are near to another one.
  var misspellings: [String] {
    words.compactMap { word, near in
      near?.isOfMisspelling ?? false ? sentence(word, near) : nil
    }
  }

  /// An exit code, a list of pids or a sum would answer another query than the one that was meant:
  /// `--expect none exposde` would hold. Where all is open, a hidden process may go by a word that is
  /// near to another process's name.
  func refuseMisspellings(allIsOpen: Bool) throws(ExitError) {
    for (word, near) in words {
      guard let near, near.isOfMisspelling, !allIsOpen || near.isOfLanguage else { continue }
      throw ExitError(
        .wrongCommandLine, "\(sentence(word, near)) (a process of that name: process=\(word))")
    }
  }

  private func sentence(_ word: String, _ near: Suggestion?) -> String {
    "no process '\(word)'" + (isCertain ? "" : " among those that can be seen")
      + (near.map { "; \($0)" } ?? "")
  }
}
