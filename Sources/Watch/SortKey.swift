internal import Display
public import SocketModel

/// What the rows are ordered by. Rows that are equal are in the table's own order, the same from
/// refresh to refresh.
public enum SortKey: Hashable, Sendable {
  /// The table's own order: what listens first, then by address.
  case address
  case rate, received, sent, state, process, age
  /// What `--sort` says.
  case fields(SortKeys)

  /// What `s` goes through.
  static let cycle: [SortKey] = [.address, .rate, .received, .sent, .state, .process, .age]

  /// The next one in the cycle.
  var next: SortKey {
    let position = Self.cycle.firstIndex(of: self) ?? Self.cycle.count - 1
    return Self.cycle[(position + 1) % Self.cycle.count]
  }

  public var name: String {
    switch self {
    case .address: "address"
    case .rate: "rate"
    case .received: "receive rate"
    case .sent: "send rate"
    case .state: "state"
    case .process: "process"
    case .age: "age"
    case .fields(let keys):
      keys.keys.map { ($0.isDescending ? "-" : "") + $0.field.name }.joined(separator: ", ")
    }
  }

  /// The fields that rows are ordered by, as far as they are of the catalogue.
  var fields: [Field] {
    switch self {
    case .fields(let keys): keys.keys.map(\.field)
    case .address, .rate, .received, .sent, .state, .process, .age: []
    }
  }

  /// What a Query must ask for so that rows can be ordered.
  var needs: Projection {
    switch self {
    case .process: [.owners, .processNames]
    case .fields(let keys): keys.needs
    case .address, .rate, .received, .sent, .state, .age: []
    }
  }
}

extension LiveTable {
  /// Puts positions in order. The fastest, the youngest and the first letter come first.
  func sort(
    _ positions: inout [UInt32], by key: SortKey, reversed: Bool, asked: Set<Int32> = []
  ) {
    sortByAddress(&positions)
    switch key {
    case .address: break
    case .rate: sort(&positions) { -(rows[$0].rates?.sum ?? -1) }
    case .received: sort(&positions) { -(rows[$0].rates?.received ?? -1) }
    case .sent: sort(&positions) { -(rows[$0].rates?.sent ?? -1) }
    case .state: sort(&positions) { stateRank(snapshot[$0].socket.state) }
    case .age: sort(&positions) { -(rows[$0].firstSeen / .milliseconds(1)) }
    case .process:
      let ranks = processRanks(positions, asked)
      sort(&positions) {
        snapshot[$0].shownProcess(asked).flatMap { ranks[$0] } ?? Double(ranks.count)
      }
    case .fields(let keys): keys.sort(&positions, of: snapshot)
    }
    if reversed { positions.reverse() }
  }

  /// All rows are in order already: few of them are sorted faster than found there.
  private func sortByAddress(_ positions: inout [UInt32]) {
    if positions.count < order.count / 16 {
      return SocketOrder.sort(&positions, of: snapshot)
    }
    var isShown = [Bool](repeating: false, count: rows.count)
    for position in positions { isShown[Int(position)] = true }
    positions = order.filter { isShown[Int($0)] }
  }

  private func sort(_ positions: inout [UInt32], by rank: (Int) -> Double) {
    var keys = positions.indices.map { (rank: rank(Int(positions[$0])), position: $0) }
    keys.sort { $0.rank != $1.rank ? $0.rank < $1.rank : $0.position < $1.position }
    positions = keys.map { positions[$0.position] }
  }

  private func stateRank(_ state: TCPState) -> Double {
    Double(TCPState.named.firstIndex(of: state) ?? TCPState.named.count + Int(state.rawValue))
  }

  /// The place of each owner among all, by name and then by pid.
  private func processRanks(
    _ positions: [UInt32], _ asked: Set<Int32>
  ) -> [ProcessKey: Double] {
    let processes = Set(positions.compactMap { snapshot[$0].shownProcess(asked) })
    let names = processes.map { process in
      (name: escaped(snapshot.names.process(process)?.name ?? []), process: process)
    }
    let sorted = names.sorted { ($0.name, $0.process) < ($1.name, $1.process) }
    var ranks: [ProcessKey: Double] = [:]
    for (rank, entry) in sorted.enumerated() { ranks[entry.process] = Double(rank) }
    return ranks
  }
}
