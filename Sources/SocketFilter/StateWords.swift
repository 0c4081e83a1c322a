import SocketModel

/// The words for states and groups of states, in every spelling in use: `LISTEN`, `syn-recv`,
/// `FIN_WAIT2`, `finwait-2`.
enum StateWords {
  private static let states: [(String, StateSet)] = [
    ("listening", StateSet(.listening)), ("listen", StateSet(.listening)),
    ("established", StateSet(.established)), ("estab", StateSet(.established)),
    ("syn-sent", StateSet(.synSent)),
    ("syn-received", synReceived), ("syn-recv", synReceived), ("syn-rcv", synReceived),
    ("syn-rcvd", synReceived),
    ("fin-wait-1", StateSet(.finWait1)), ("fin-wait-2", StateSet(.finWait2)),
    ("close-wait", StateSet(.closeWait)), ("closing", StateSet(.closing)),
    ("last-ack", StateSet(.lastAck)), ("time-wait", StateSet(.timeWait)),
    ("closed", StateSet(.closed)), ("close", StateSet(.closed)),
    ("unconnected", StateSet(.closed)), ("unconn", StateSet(.closed)),
    ("bound", StateSet(.bound)), ("bound-inactive", StateSet(.bound)),
  ]
  private static let synReceived = StateSet(.synReceived, .newSynReceived)

  /// The groups of ss(8).
  private static let groups: [(String, StateSet)] = [
    ("all", .all),
    ("connected", .named.subtracting(StateSet(.listening, .closed, .bound))),
    ("synchronized", .named.subtracting(StateSet(.listening, .closed, .bound, .synSent))),
    ("bucket", synReceived.union(StateSet(.timeWait))),
    ("big", .named.subtracting(synReceived).subtracting(StateSet(.timeWait))),
  ]

  /// Every word, for suggestions and completions.
  static let all = (states + groups).map(\.0)

  private static let byWord = Dictionary(
    (states + groups).map { (folded($0.0), $0.1) }, uniquingKeysWith: { first, _ in first })

  /// The states that a word or a state's number means.
  static func states(_ word: String) -> StateSet? {
    if let number = UInt8(word), number < 32, word.first != "+" {
      return StateSet(TCPState(rawValue: number))
    }
    guard let first = word.utf8.first, let last = word.utf8.last else { return nil }
    return isSeparator(first) || isSeparator(last) ? nil : byWord[folded(word)]
  }

  private static func folded(_ word: String) -> String {
    String(decoding: word.lowercased().utf8.filter { !isSeparator($0) }, as: UTF8.self)
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
  }
}

extension StateSet {
  /// The states that have a name.
  fileprivate static let named = TCPState.named.reduce(StateSet(.newSynReceived)) {
    $0.union(StateSet($1))
  }
}
