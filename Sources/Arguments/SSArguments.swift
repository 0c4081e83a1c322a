public import Display
public import SocketModel

/// What another tool's command line asks for, in sockeye's terms.
public struct ToolQuery: Hashable, Sendable {
  public var kinds: SocketKindSet = []
  /// Of the internet's sockets. Here an IPv4 row is one of an IPv4 socket alone.
  public var families: FamilySet = .all
  public var states: StateSet = .all
  /// An expression of ss.
  public var terms: [String] = []
  /// The services that are named in it in place of ports.
  public var services: Set<String> = []
  /// What is asked for besides and is not answered here: with one of these the answer is the tool's own.
  public var unlisted: Set<UnlistedSockets> = []
  /// A name in /run/netns.
  public var namespace: String?

  public init() {}
}

/// A command line of ss (iproute2 6.1).
public struct SSArguments: Hashable, Sendable {
  public private(set) var query = ToolQuery()
  public private(set) var form = SSForm()

  private static let grammar = GetoptLine.Grammar(
    letters: [
      "n", "o", "e", "m", "i", "p", "t", "u", "w", "x", "a", "l", "4", "6", "0", "H", "M", "O",
    ],
    lettersWithValue: ["f", "A", "N"],
    names: [
      "numeric": "n", "options": "o", "extended": "e", "memory": "m", "info": "i",
      "processes": "p", "tcp": "t", "udp": "u", "raw": "w", "mptcp": "M", "unix": "x", "all": "a",
      "listening": "l", "ipv4": "4", "ipv6": "6", "packet": "0", "family": "f", "socket": "A",
      "query": "A", "net": "N", "no-header": "H", "oneline": "O",
    ])

  /// Throws what is not answered here, and what ss itself refuses.
  public init(_ arguments: [String], isPOSIX: Bool = false) throws(NotAnswered) {
    let line = try GetoptLine(arguments, Self.grammar, isPOSIX: isPOSIX)
    var choice = SSChoice()
    for option in line.options {
      switch option.letter {
      case "n": form.isNumeric = true
      case "o": form.showsTimers = true
      case "e": form.showsDetails = true
      case "m": form.showsMemory = true
      case "i": form.showsInfo = true
      case "p": form.showsProcesses = true
      case "H": form.hasHeader = false
      case "O": form.isOneLine = true
      case "N": query.namespace = try Self.namespace(option.value ?? "")
      default: try choice.take(option)
      }
    }
    var words = line.words[...]
    try choice.takeStates(&words)
    choice.settle()
    try take(choice)
    guard !words.isEmpty else { return }
    let expression = try SSExpression(Array(words), choice)
    query.terms = [expression.text]
    query.services = expression.services
  }

  private mutating func take(_ choice: SSChoice) throws(NotAnswered) {
    for table in SSTable.allCases where choice.tables.contains(table) {
      if let kind = table.kind {
        query.kinds.insert(SocketKindSet(kind))
      } else if let unlisted = table.unlisted, !table.rows.isDisjoint(with: choice.states) {
        query.unlisted.insert(unlisted)
      }
    }
    // It asks the kernel for the packet sockets of either table, and prints all of them.
    if !query.kinds.isDisjoint(with: .packet) { query.kinds.formUnion(.packet) }
    // There is always one.
    if query.unlisted.contains(.netlink) { throw NotAnswered(choice.word) }
    if query.kinds.isEmpty || choice.states.isEmpty { throw NotAnswered(choice.word) }
    // Of -4 and -6 the last one decides which is read first, and whether the other is read at all.
    if choice.familyOptions > 1, choice.families.isSuperset(of: [.inet, .inet6]) {
      throw NotAnswered("-46")
    }
    query.families = [
      choice.families.contains(.inet) ? .ipv4 : [], choice.families.contains(.inet6) ? .ipv6 : [],
    ]
    if query.families.isEmpty { query.families = .all }
    query.states = choice.states
    form.hasNetid = choice.tables.count > 1
    form.hasState = choice.states.rawValue.nonzeroBitCount > 1
  }

  /// A path or a pid is another thing to ss than it is here.
  private static func namespace(_ name: String) throws(NotAnswered) -> String {
    let isPlain = !name.isEmpty && !name.contains("/") && !name.hasPrefix(".")
    guard isPlain, !name.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { throw NotAnswered("-N") }
    return name
  }
}
