import SocketModel

extension Target {
  /// One word, or the two words `HOST PORT`, with exactly one port.
  static func single(_ verb: Verb, _ words: [String]) throws(ArgumentError) -> Target {
    let (target, count) = try first(verb, words)
    if words.count > count { throw .unexpectedWord(verb, words[count]) }
    try target.checkSingle(verb, words[0])
    return target
  }

  /// One host or none, and as many words of ports as there are: `HOST 22 80,443`.
  static func manyPorts(_ verb: Verb, _ words: [String]) throws(ArgumentError) -> Target {
    var (target, count) = try first(verb, words)
    for word in words[count...] { target.ports += try ports(verb, word) }
    return target
  }

  /// The targets that the words begin with, and the words behind them.
  static func leading(
    _ verb: Verb, _ words: [String]
  ) throws(ArgumentError) -> ([Target], [String]) {
    // A protocol is a term, and no host or service: `wait udp 53`.
    let protocols = words.prefix { ["tcp", "udp"].contains($0.lowercased()) }
    let words = Array(words.dropFirst(protocols.count))
    let (target, count) = try first(verb, words)
    try target.checkSingle(verb, words[0])
    var targets = [target]
    var rest = words[count...]
    while let word = rest.first, word.contains(":") || decimal(word) != nil,
      !word.contains(where: { "=<>!()".contains($0) })
    {
      let target = try read(verb, word)
      try target.checkSingle(verb, word)
      targets.append(target)
      rest.removeFirst()
    }
    return (targets, Array(protocols) + Array(rest))
  }

  /// The target that the words begin with, and how many words it takes.
  private static func first(
    _ verb: Verb, _ words: [String]
  ) throws(ArgumentError) -> (Target, Int) {
    guard let word = words.first else { throw .missingObject(verb) }
    // Behind a port that `wait` awaits stand terms, which may look like a service's name.
    if words.count > 1, isHost(word), verb != .wait || decimal(words[1]) != nil {
      return (Target(host: unbracketed(word), ports: try ports(verb, words[1])), 2)
    }
    return (try read(verb, word), 1)
  }

  private static func read(_ verb: Verb, _ word: String) throws(ArgumentError) -> Target {
    do throws(Refusal) {
      return try Target(word)
    } catch {
      throw .badObject(verb, typed: word, reason: error.reason)
    }
  }

  private static func ports(_ verb: Verb, _ word: String) throws(ArgumentError) -> [Ports] {
    do throws(Refusal) {
      return try ports(word[...])
    } catch {
      throw .badObject(verb, typed: word, reason: error.reason)
    }
  }

  /// Whether a word can be a host and no list of port numbers.
  private static func isHost(_ word: String) -> Bool {
    if IPAddress(unbracketed(word)) != nil { return true }
    return word.contains(where: \.isLetter) && !word.contains { ":,=<>!()".contains($0) }
  }

  private static func unbracketed(_ word: String) -> String {
    word.hasPrefix("[") && word.hasSuffix("]") ? String(word.dropFirst().dropLast()) : word
  }

  private func checkSingle(_ verb: Verb, _ word: String) throws(ArgumentError) {
    if !isSinglePort { throw .badObject(verb, typed: word, reason: "one port is wanted") }
  }
}
