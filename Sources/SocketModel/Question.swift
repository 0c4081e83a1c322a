/// What a list was asked for, as its data says it: so that two lists can be told to answer the same, and
/// the same can be asked again.
public struct Question: Hashable, Sendable {
  public var protocols: SocketKindSet
  public var families = FamilySet.all
  public var onlyListening = false
  public var asksOwners = true
  public var namespaces = NamespaceScope.own
  /// The filter's words.
  public var filter = ""
  /// Whether names and addresses are stand-ins, which are others in each run.
  public var isRedacted = false

  public init(protocols: SocketKindSet) { self.protocols = protocols }

  /// The same without what was typed: a `?` in the place of names and of the filter.
  public var redacted: Question {
    var question = self
    question.isRedacted = true
    if !filter.isEmpty { question.filter = "?" }
    if case .named(let names) = namespaces { question.namespaces = .named(names.map { _ in "?" }) }
    return question
  }

  /// Whether the answer to this one holds that to another one of these states. Who asks for everything that
  /// there is, and counts nothing, asks for what the answer holds.
  public func covers(_ other: Question, in states: StateSet, counted: Bool) -> Bool {
    let asksAll = other.filter.isEmpty && other.families == .all && !other.onlyListening && !counted
    return protocols.isSuperset(of: other.protocols)
      && (asksAll
        || families.isSuperset(of: other.families) && (filter.isEmpty || filter == other.filter)
          && (!onlyListening || other.onlyListening || states.isSubset(of: .listening)))
  }

  /// `tcp,udp`, then options, then the filter: `tcp -4 -l port=443`. It has no more of the command line
  /// than changes which rows there are, or what is known of their owners.
  public var text: String {
    var words = [protocols.kinds.map { "\($0.name)" }.joined(separator: ",")]
    if families == .ipv4 { words.append("-4") }
    if families == .ipv6 { words.append("-6") }
    if onlyListening { words.append("-l") }
    if !asksOwners { words.append("--no-process") }
    switch namespaces {
    case .own: break
    case .everywhere: words.append("--everywhere")
    case .named(let names): words += names.map { "--netns=\($0)" }
    }
    if isRedacted { words.append("--redact") }
    if !filter.isEmpty { words.append(filter) }
    return words.joined(separator: " ")
  }

  /// Nil for what `text` does not write.
  public init?(_ text: String) {
    let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first else { return nil }
    var kinds: [SocketKind] = []
    for name in first.split(separator: ",") {
      guard let kind = SocketKind.allCases.first(where: { "\($0.name)" == name }) else {
        return nil
      }
      kinds.append(kind)
    }
    if kinds.isEmpty { return nil }
    self.init(protocols: SocketKindSet(kinds))
    var names: [String] = []
    var rest = parts.count > 1 ? parts[1] : ""
    while rest.hasPrefix("-") {
      let word = rest.prefix { $0 != " " }
      switch word {
      case "-4": families = .ipv4
      case "-6": families = .ipv6
      case "-l": onlyListening = true
      case "--no-process": asksOwners = false
      case "--everywhere": namespaces = .everywhere
      case "--redact": isRedacted = true
      case _ where word.hasPrefix("--netns="): names.append(String(word.dropFirst(8)))
      default: return nil
      }
      rest = rest.dropFirst(word.count).drop { $0 == " " }
    }
    if !names.isEmpty { namespaces = .named(names) }
    filter = String(rest)
  }
}
