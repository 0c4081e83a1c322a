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

  /// Groups with their sums; those that `top` leaves out are one line.
  public func text(_ grouped: GroupedListing) -> [UInt8] {
    let groups = grouped.groups
    let hasBytes = groups.contains { $0.txBytes != nil || $0.rxBytes != nil }
    let sums =
      grouped.sums
      ?? [.receiveQueue, .sendQueue] + (hasBytes ? [.txBytes, .rxBytes] : [])
    var grid = TextGrid(
      header: grouped.groupings.map(\.title) + ["Sockets"] + sums.map(\.field.title),
      leading: grouped.groupings.count)
    let largest = groups.reduce(0) { max($0, $1.count) }
    for (group, labels) in zip(grouped.shown, grouped.labels(numbers)) {
      grid.add(
        labels + [Display.grouped(group.count)] + sums.map { group[$0].map { "\($0)" } ?? "-" },
        bar: hasBars ? bar(group.count, of: largest) : nil)
    }
    let rest = groups.dropFirst(grouped.shown.count)
    if !rest.isEmpty {
      let sum = Display.grouped(rest.reduce(0) { $0 + $1.count })
      let empty = Array(repeating: "", count: grouped.groupings.count - 1)
      grid.add(["(\(Display.grouped(rest.count)) more)"] + empty + [sum])
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
