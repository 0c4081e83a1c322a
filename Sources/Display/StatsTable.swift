public import SocketModel

/// The totals of `stats` as text: a line a state, and a column for each protocol and family.
public struct StatsTable: Sendable {
  public var palette: Palette
  public var numbers: NumberStyle
  /// Whether a bar is drawn beside the counts, for eyes instead of programs.
  public var hasBars: Bool

  public init(
    palette: Palette = .none, numbers: NumberStyle = .wellKnown, hasBars: Bool = false
  ) {
    self.palette = palette
    self.numbers = numbers
    self.hasBars = hasBars
  }

  /// `-` is shown where a protocol has no such state, and where nobody knows.
  public func text(_ totals: Totals) -> [UInt8] {
    var grid = TextGrid(
      header: ["State"]
        + totals.parts.map { part in
          "\(part.kind.name)" + (part.family.map { "/\($0)" } ?? "")
        } + ["Total"])
    let states = Self.states(of: totals)
    let sums = states.map { name, states in
      totals.parts.map { part in
        states[part.kind].flatMap { totals[part, $0] }
      }
    }
    let largest = sums.map { $0.reduce(0) { $0 + ($1 ?? 0) } }.max() ?? 0
    for ((name, _), counts) in zip(states, sums) {
      let total = counts.reduce(0) { $0 + ($1 ?? 0) }
      grid.add(
        [name] + counts.map { $0.map { grouped($0) } ?? "-" }
          + [counts.contains { $0 != nil } ? grouped(total) : "-"],
        bar: hasBars ? bar(total, of: largest) : nil)
    }
    grid.add(
      ["Total"] + totals.parts.map { grouped(totals.total($0)) } + [grouped(totals.total)])
    return grid.text(palette)
  }

  /// Groups with their sums, the largest first; `top` names how many, the rest are one line.
  public func text(
    _ groups: [SocketGroup], by grouping: Grouping, names: Names, top: Int? = nil
  ) -> [UInt8] {
    let hasBytes = groups.contains { $0.txBytes != nil || $0.rxBytes != nil }
    let title = grouping.name.prefix(1).uppercased() + grouping.name.dropFirst()
    var grid = TextGrid(
      header: [String(title.map { $0 == "_" ? " " : $0 }), "Sockets", "Recv-Q", "Send-Q"]
        + (hasBytes ? ["TX Bytes", "RX Bytes"] : []))
    let shown = groups.prefix(top ?? groups.count)
    let isMixed = Set(groups.compactMap(\.kind)).count > 1
    for group in shown {
      let bytes = hasBytes ? [group.txBytes, group.rxBytes] : []
      grid.add(
        [
          group.label(names, numbers, namesProtocol: isMixed), grouped(group.count),
          "\(group.receiveQueue)", "\(group.sendQueue)",
        ] + bytes.map { $0.map { "\($0)" } ?? "-" },
        bar: hasBars ? bar(group.count, of: groups.first?.count ?? 0) : nil)
    }
    let rest = groups.dropFirst(shown.count)
    if !rest.isEmpty {
      let sum = grouped(rest.reduce(0) { $0 + $1.count })
      grid.add(["(\(grouped(rest.count)) more)", sum])
    }
    return grid.text(palette)
  }

  private func bar(_ count: Int, of largest: Int) -> String {
    if count == 0 || largest == 0 { return "" }
    return String(repeating: "#", count: max(1, count * 30 / largest))
  }

  private typealias NamedState = (name: String, states: [SocketKind: TCPState])

  /// The states of all protocols, those of one name together.
  private static func states(of totals: Totals) -> [NamedState] {
    var all: [NamedState] = []
    for kind in SocketKind.allCases
    where totals.parts.contains(where: { $0.kind == kind }) {
      for state in totals.states(of: kind) {
        let name = state.name(kind).map { "\($0)" } ?? "\(state.rawValue)"
        if let known = all.firstIndex(where: { $0.name == name && $0.states[kind] == nil }) {
          all[known].states[kind] = state
        } else {
          all.append((name, [kind: state]))
        }
      }
    }
    return all
  }
}

extension SocketGroup {
  /// The protocol that it has in common.
  fileprivate var kind: SocketKind? {
    switch key {
    case .port(_, let kind), .state(_, let kind): kind
    default: nil
    }
  }

  /// What the group has in common, escaped. A state of two protocols would be two equal labels.
  fileprivate func label(
    _ names: Names, _ numbers: NumberStyle, namesProtocol: Bool
  ) -> String {
    switch key {
    case .process(let name), .named(let name): return escaped(name)
    case .pid(let pid): return "\(pid)"
    case .hidden(let uid): return uid.map { "? (\(Self.user($0, names)))" } ?? "?"
    case .nobody, .unnamed: return "-"
    case .unheld: return "no descriptor"
    case .kernel: return "kernel"
    case .ownersNotAsked, .unknown: return "?"
    case .user(let uid): return uid.map { Self.user($0, names) } ?? "-"
    case .port(let port, let kind):
      let service =
        Int(port) < numbers.firstNumericPort ? names.services.name(port, kind) : nil
      return "\(service.map { escaped($0) } ?? "\(port)")/\(kind.name)"
    case .address(let address):
      if address.isUnspecified { return "*" }
      return names.hosts[address].map { escaped($0) } ?? "\(address)"
    case .state(let state, let kind):
      let name = state.name(kind).map { "\($0)" } ?? "\(state.rawValue)"
      return namesProtocol ? "\(name)/\(kind.name)" : name
    }
  }

  private static func user(_ uid: UInt32, _ names: Names) -> String {
    escaped(names.users[uid] ?? "\(uid)")
  }
}
