internal import SocketModel

/// Tables, families and states as ss settles them: what is not named follows from what is.
struct SSChoice {
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
    case "M": add(.mptcp, "-M")
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
