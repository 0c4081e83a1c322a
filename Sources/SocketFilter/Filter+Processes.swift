public import SocketModel

extension Filter {
  /// The processes that its terms ask for, in or out of a comparison, but not those that it rules out.
  public func processesAskedFor(in snapshot: Snapshot) -> Set<Int32> {
    let tests = (expression?.assertedTerms ?? []).compactMap {
      if case .owners(.process(let test)) = $0.test { test } else { nil as ProcessTest? }
    }
    if tests.isEmpty { return [] }
    return Set(
      snapshot.names.processes.keys.filter { pid in
        tests.contains { $0.answer(pid, in: snapshot) == .yes }
      })
  }

  /// A bare word that no process goes by, and the processes whose names begin with it.
  public struct Beginning: Hashable, Sendable {
    public let word: String
    /// Names, each once, in order.
    public let processes: [String]
  }

  /// The same filter, but a word that no process goes by stands for those whose names begin with it:
  /// `redis` for redis-server. And which words these are.
  public func takingBeginnings(in snapshot: Snapshot) -> (filter: Filter, words: [Beginning]) {
    let unmatched = Set(unmatchedWords(in: snapshot))
    guard let expression, !unmatched.isEmpty else { return (self, []) }
    var words: [Beginning] = []
    let completed = expression.mapTerms { term in
      guard let word = term.bareWord, unmatched.contains(word), word.utf8.count >= 3,
        case .owners(.process(.name(let globs))) = term.test, globs.allSatisfy(\.isPlain)
      else { return term }
      let beginnings = globs.map(\.asBeginning)
      let names = snapshot.names.processes.values.filter { process in
        beginnings.contains { $0.matches(process) }
      }.map { String(decoding: $0.name, as: UTF8.self) }
      if names.isEmpty { return term }
      let found = Beginning(word: word, processes: Set(names).sorted())
      if !words.contains(found) { words.append(found) }
      return Term(term.text + "*", .owners(.process(.name(beginnings))), bareWord: word)
    }
    return words.isEmpty ? (self, []) : (Filter(completed), words)
  }
}
