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
  /// A name in /run/netns.
  public var namespace: String?

  public init() {}
}

/// A command line of ss (iproute2 6.1).
public struct SSArguments: Hashable, Sendable {
  public private(set) var query = ToolQuery()
  public private(set) var form = SSForm()

  private static let grammar = GetoptLine.Grammar(
    letters: ["n", "o", "e", "m", "i", "p", "t", "u", "w", "x", "a", "l", "4", "6", "0", "H", "O"],
    lettersWithValue: ["f", "A", "N"],
    names: [
      "numeric": "n", "options": "o", "extended": "e", "memory": "m", "info": "i",
      "processes": "p", "tcp": "t", "udp": "u", "raw": "w", "unix": "x", "all": "a",
      "listening": "l", "ipv4": "4", "ipv6": "6", "packet": "0", "family": "f", "socket": "A",
      "query": "A", "net": "N", "no-header": "H", "oneline": "O",
    ])

  /// Throws what is not answered here, and what ss itself refuses.
  public init(_ arguments: [String]) throws(NotAnswered) {
    let line = try GetoptLine(arguments, Self.grammar)
    var choice = Choice()
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
    query.terms = try SSExpression.checked(Array(words), choice)
  }

  private mutating func take(_ choice: Choice) throws(NotAnswered) {
    for table in SSTable.allCases where choice.tables.contains(table) {
      guard let kind = table.kind else { throw NotAnswered(choice.word) }
      query.kinds.insert(SocketKindSet(kind))
    }
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

  /// Tables, families and states as ss settles them: what is not named follows from what is.
  struct Choice {
    var tables: Set<SSTable> = []
    var families: Set<SSFamily> = []
    /// How often a family was named: with two of them a condition on an address is of the last one.
    var familyOptions = 0
    private(set) var states: StateSet = []
    /// `-a`, `-l`, `state`, `exclude`; nil where nothing was said.
    private var typedStates: StateSet?
    private var hasQuery = false
    private var isDefault = true
    /// What the real tool is called for where a table is not answered here.
    private(set) var word = "all tables"

    mutating func take(_ option: GetoptLine.Option) throws(NotAnswered) {
      switch option.letter {
      case "t": add(.tcp, "-t")
      case "u": add(.udp, "-u")
      case "w": add(.raw, "-w")
      case "x": add(family: .unix, "-x")
      case "4": add(family: .inet, "-4")
      case "6": add(family: .inet6, "-6")
      case "0": add(family: .link, "-0")
      case "a": typedStates = .ssAll
      case "l": typedStates = StateSet(.listening, .closed)
      case "f":
        guard let family = SSFamily(rawValue: option.value ?? "") else { throw NotAnswered("-f") }
        add(family: family, "-f \(family)")
      case "A": try takeTables(option.value ?? "")
      default: throw NotAnswered("-\(option.letter)")
      }
    }

    private mutating func add(_ table: SSTable, _ typed: String) {
      tables.insert(table)
      states.formUnion(table.states)
      note(typed, isAnswered: table.kind != nil)
    }

    private mutating func add(family: SSFamily, _ typed: String) {
      families.insert(family)
      familyOptions += 1
      states.formUnion(family.states)
      note(typed, isAnswered: family.tables.allSatisfy { $0.kind != nil })
    }

    private mutating func note(_ typed: String, isAnswered: Bool) {
      if isDefault || !isAnswered { word = typed }
      isDefault = false
    }

    /// The first `-A` takes back what `-t -u -w` named before.
    private mutating func takeTables(_ list: String) throws(NotAnswered) {
      if !hasQuery {
        tables = []
        typedStates = typedStates ?? .ssConnected
        hasQuery = true
      }
      for name in list.split(separator: ",", omittingEmptySubsequences: false) {
        let isTaken = !name.hasPrefix("!")
        let named = SSTable.named(String(isTaken ? name[...] : name.dropFirst()))
        if named.isEmpty { throw NotAnswered("-A \(name)") }
        for table in named {
          if isTaken { add(table, "-A \(name)") } else { tables.remove(table) }
        }
      }
      isDefault = false
    }

    /// `state X` and `exclude X` come first.
    mutating func takeStates(_ words: inout ArraySlice<String>) throws(NotAnswered) {
      var named: StateSet?
      while let word = words.first, ["state", "exclude", "excl"].contains(word) {
        words.removeFirst()
        guard let name = words.popFirst(), let set = StateSet(ssName: name) else {
          throw NotAnswered(word)
        }
        named =
          word == "state"
          ? (named ?? []).union(set) : (named ?? .ssAll).subtracting(set)
      }
      typedStates = named ?? typedStates
    }

    mutating func settle() {
      if isDefault {
        tables = Set(SSTable.named("all"))
        typedStates = typedStates ?? .ssConnected
      }
      if let typedStates, !typedStates.isEmpty { states = typedStates }
      for table in SSTable.allCases
      where tables.contains(table) && table.families.isDisjoint(with: families) {
        families.formUnion(table.families)
      }
      for family in SSFamily.allCases
      where families.contains(family) && family.tables.isDisjoint(with: tables) {
        tables.formUnion(family.tables)
      }
    }
  }
}
