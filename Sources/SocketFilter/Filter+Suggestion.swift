public import SocketModel

extension Filter {
  /// The words that were read as the name of a process because they are nothing else.
  public var bareWords: [String] { expression?.terms.compactMap(\.bareWord) ?? [] }

  /// Those of them that no process of the snapshot goes by.
  public func unmatchedWords(in snapshot: Snapshot) -> [String] {
    let terms = expression?.terms.filter { $0.bareWord != nil } ?? []
    return terms.filter { term in
      guard case .owners(.process(.name(let globs))) = term.test else { return false }
      return !snapshot.names.processes.values.contains { process in
        globs.contains { $0.matches(process) }
      }
    }.compactMap(\.bareWord)
  }

  /// What may have been meant by a word that is no process: `the state listening`, `the port
  /// :https`, `the user root`, `the field rtt`, `the process nginx`; nil where nothing is near.
  public static func suggestion(
    for word: String, in snapshot: Snapshot, names: some FilterNames
  ) -> String? {
    if !names.ports(service: word).isEmpty { return "the port :\(word)" }
    if names.uid(user: word) != nil { return "the user, user=\(word)" }
    let processes = snapshot.names.processes.values.map { String(decoding: $0.name, as: UTF8.self) }
    let kinds: [(String, [String])] = [
      ("the state", StateWords.all), ("", keywords),
      ("the process", processes.sorted()), ("the field", Subject.names),
    ]
    guard let near = nearest(to: word, among: kinds.flatMap(\.1)),
      let kind = kinds.first(where: { $0.1.contains(near) })?.0
    else { return nil }
    return kind.isEmpty ? near : "\(kind) \(near)"
  }
}
