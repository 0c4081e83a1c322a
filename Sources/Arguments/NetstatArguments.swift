public import Display
import SocketModel

/// A command line of netstat (net-tools 2.10).
public struct NetstatArguments: Hashable, Sendable {
  public private(set) var query = ToolQuery()
  public private(set) var form = NetstatForm()
  /// Protocols that are asked for as well, and are there where /proc/net has the table.
  public private(set) var otherProtocols: [String] = []
  /// `-c`: again every second.
  public private(set) var isContinuous = false

  private static let grammar = GetoptLine.Grammar(
    letters: ["t", "u", "U", "w", "x", "l", "a", "n", "p", "e", "o", "c", "W", "4", "6"],
    names: [
      "tcp": "t", "udp": "u", "udplite": "U", "raw": "w", "unix": "x", "listening": "l", "all": "a",
      "numeric": "n",
      "programs": "p", "extend": "e", "timers": "o", "continuous": "c", "wide": "W", "inet": "4",
      "inet6": "6", "numeric-hosts": "H", "numeric-ports": "P", "numeric-users": "N",
    ])

  public init(_ arguments: [String]) throws(NotAnswered) {
    let line = try GetoptLine(arguments, Self.grammar)
    if let word = line.words.first { throw NotAnswered(word) }
    var letters: Set<Character> = []
    for option in line.options { letters.insert(option.letter) }
    take(letters)
  }

  private mutating func take(_ letters: Set<Character>) {
    let families: FamilySet = [
      letters.contains("4") ? .ipv4 : [], letters.contains("6") ? .ipv6 : [],
    ]
    var protocols = letters.intersection(["t", "u", "U", "w"])
    var hasOthers = false
    let hasUnix = letters.contains("x")
    let hasNone = protocols.isEmpty && families.isEmpty && !hasUnix
    if hasNone || protocols.isEmpty && !families.isEmpty {
      protocols = ["t", "u", "U", "w"]
      hasOthers = true
    }
    query.families = families.isEmpty ? .all : families
    if protocols.contains("t") { query.kinds.formUnion(.tcp) }
    if protocols.contains("u") { query.kinds.formUnion(.udp) }
    if hasUnix || hasNone { query.kinds.formUnion(.unix) }
    if protocols.contains("U") { query.kinds.formUnion(.udpLite) }
    if protocols.contains("w") { query.kinds.insert(SocketKindSet(.raw)) }
    if hasOthers { otherProtocols = ["sctp"] }
    if hasNone { otherProtocols += ["ipx", "ax25", "x25", "nr"] }

    form.hasInternet = !protocols.isEmpty
    form.hasUnix = hasUnix || hasNone
    form.rows = letters.contains("a") ? .all : letters.contains("l") ? .servers : .connections
    form.showsProcesses = letters.contains("p")
    form.showsUsers = letters.contains("e")
    form.showsTimers = letters.contains("o")
    let isNumeric = letters.contains("n")
    form.hasHostNames = !isNumeric && !letters.contains("H")
    form.hasServices = !isNumeric && !letters.contains("P")
    form.hasUserNames = !isNumeric && !letters.contains("N")
    isContinuous = letters.contains("c")
  }
}
