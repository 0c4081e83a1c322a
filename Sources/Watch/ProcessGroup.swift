internal import Display
internal import SocketModel

/// The connections of one process, or those whose owner is nobody, hidden or not asked.
struct ProcessGroup: Sendable {
  /// The pid and when it started, so that a younger process is another; a number beyond all pids for
  /// those without.
  let id: UInt64
  let name: String
  var sockets = 0
  var listening = 0
  var established = 0
  /// In any other state: on their way to be made or closed.
  var others: Int { sockets - listening - established }
  var rates: ByteRates?

  private static let withoutOwner: UInt64 = 1 << 32
  private static let unheld: UInt64 = 1 << 32 + 1
  private static let hidden: UInt64 = 1 << 33
  /// Where in an id the time is at which a process started.
  private static let timeShift: UInt64 = 34

  /// The filter that shows a group's connections; nil where none can.
  static func filterText(_ id: UInt64) -> String? { pid(id).map { "pid=\($0)" } }

  /// Nil for the groups without a process.
  private static func pid(_ id: UInt64) -> Int32? {
    let number = id & (1 << timeShift - 1)
    return number < withoutOwner ? Int32(truncatingIfNeeded: number) : nil
  }

  /// Each row counts once, for the owner that it shows. Rows that closed count no more.
  static func groups(
    _ table: LiveTable, _ positions: [UInt32], asked: Set<Int32>
  ) -> [ProcessGroup] {
    var groups: [UInt64: ProcessGroup] = [:]
    for position in positions where Int(position) < table.currentCount {
      let row = table.shown[position]
      let process = row.shownProcess(asked)
      let id = id(of: row, process)
      var group = groups[id] ?? ProcessGroup(id: id, name: name(id, process, table.shown))
      group.sockets += 1
      if row.socket.isListening { group.listening += 1 }
      if row.socket.state == .established { group.established += 1 }
      if let rates = table.rows[row.index].rates {
        group.rates = (group.rates ?? .zero).adding(rates)
      }
      groups[id] = group
    }
    return Array(groups.values)
  }

  private static func id(of row: Row, _ process: ProcessKey?) -> UInt64 {
    if let process {
      let startTime = row.snapshot.names.process(process)?.startTime ?? 0
      return startTime << timeShift | UInt64(UInt32(bitPattern: process.pid))
    }
    switch row.ownerStatus {
    case .hidden: return hidden + UInt64(row.socket.uid ?? .max)
    case .unheld: return unheld
    case .notAsked, .known, .partial, .queued, .kernel, .none: return withoutOwner
    }
  }

  private static func name(
    _ id: UInt64, _ process: ProcessKey?, _ snapshot: Snapshot
  ) -> String {
    if let process {
      let name = snapshot.names.process(process)?.name
      return name.map { "\(process.pid)/\(escaped($0))" } ?? "\(process.pid)"
    }
    if id == withoutOwner { return "-" }
    if id == unheld { return "no descriptor" }
    guard let uid = UInt32(exactly: id - hidden), uid != .max else { return "?" }
    return "? (\(escaped(snapshot.names.users[uid] ?? "\(uid)")))"
  }

  /// Puts groups in the order that the key asks for, and by pid where it says nothing of them.
  static func sort(_ groups: inout [ProcessGroup], by key: SortKey, reversed: Bool) {
    func rank(_ group: ProcessGroup) -> Double {
      switch key {
      case .rate: -(group.rates?.sum ?? 0)
      case .received: -(group.rates?.received ?? 0)
      case .sent: -(group.rates?.sent ?? 0)
      case .state: -Double(group.established)
      case .address, .process, .age, .fields: 0
      }
    }
    groups.sort { a, b in
      let (x, y) = (rank(a), rank(b))
      if x != y { return x < y }
      if key == .process && a.nameOnly != b.nameOnly { return a.nameOnly < b.nameOnly }
      return (pid(a.id) ?? .max, a.id) < (pid(b.id) ?? .max, b.id)
    }
    if reversed { groups.reverse() }
  }

  private var nameOnly: Substring {
    name.firstIndex(of: "/").map { name[name.index(after: $0)...] } ?? name[...]
  }
}

extension Row {
  /// Of several owners the first that was asked for, else the first; nil where none is known.
  func shownProcess(_ asked: Set<Int32>) -> ProcessKey? {
    guard !asked.isEmpty, let others = firstOwner?.others, others > 0 else { return firstProcess }
    return owners.first { asked.contains($0.pid) }?.process ?? firstProcess
  }
}
