internal import Display
internal import SocketModel

/// A column of the live table.
enum LiveColumn: Hashable, Sendable {
  case proto, local, remote, state, queue, received, sent, rtt, retransmits, age, process
  /// What rows are filtered or sorted by.
  case field(Field)

  /// The column that shows what a column of the list does.
  init(_ column: Column) {
    self =
      switch column {
      case .local: .local
      case .remote: .remote
      case .queue: .queue
      case .process: .process
      case .field(.proto): .proto
      case .field(.state): .state
      case .field(.tcpInfo(.rtt)): .rtt
      case .field(.tcpInfo(.total_retrans)): .retransmits
      case .field(let field): .field(field)
      }
  }

  /// Rates without a unit of time of their own have it in the title.
  func title(isCompact: Bool) -> String {
    switch self {
    case .proto: "Proto"
    case .local: "Local Address"
    case .remote: "Foreign Address"
    case .state: "State"
    case .queue: "Queue"
    case .received: isCompact ? "Recv/s" : "Receive"
    case .sent: isCompact ? "Send/s" : "Send"
    case .rtt: "RTT"
    case .retransmits: "Retr"
    case .age: "Age"
    case .process: "PID/Process"
    case .field(let field): Column.field(field).title
    }
  }

  var isNumeric: Bool {
    switch self {
    case .received, .sent, .rtt, .retransmits, .age: true
    case .proto, .local, .remote, .state, .queue, .process: false
    case .field(let field): field.kind == .number
    }
  }
}

/// What the table has to show.
struct TableContents {
  var hasRates = true
  var hasProcesses = true
  /// Whether rows of other protocols are among those of TCP: then each row must say which it is.
  var hasUDP = false
  /// What rows are filtered or sorted by.
  var asked: [LiveColumn] = []
}

/// Which columns a screen has room for, and how wide they are. A row whose addresses do not fit is
/// stacked over two lines: an address is never cut.
struct TableLayout: Sendable {
  private(set) var columns: [(column: LiveColumn, width: Int)] = []
  private(set) var gap = 1
  /// Room for the addresses; a row that needs more is stacked.
  private(set) var local = 0
  private(set) var remote = 0
  /// Whether no row fits.
  private(set) var isStacked = false
  /// Whether numbers are short.
  let isCompact: Bool

  /// The mark, or the sign of the selection, and a space.
  static let gutter = 2
  // "Local Address" has room.
  private static let shortestAddress = 13
  // Two IPv4 addresses with their ports: so much is worth more than an owner's whole name.
  private static let twoIPv4 = 42
  private static let shortestProcess = 8
  private static let usualProcess = 16
  private static let proto = 5

  init(_ widths: TableWidths, columns total: Int, _ contents: TableContents) {
    isCompact = Self.isCompact(total)
    var chosen: [LiveColumn] = [.local, .remote, .state, .queue]
    if Self.hasRates(total, contents) { chosen += [.received, .sent] }
    if contents.hasProcesses { chosen.append(.process) }
    if Self.hasProto(total, widths, contents) { chosen.append(.proto) }
    chosen += contents.asked.filter { !chosen.contains($0) }
    func sum(_ columns: [LiveColumn], gap: Int) -> Int {
      columns.reduce(Self.gutter - gap) { $0 + gap + Self.width($1, total, widths) }
    }
    for column in Self.optional(contents) where !chosen.contains(column) {
      // A lesser one does not take the place of one that is too wide.
      if sum(chosen + [column], gap: 1) > total { break }
      chosen.append(column)
    }
    let order: [LiveColumn] =
      [.proto, .local, .remote, .state, .queue, .received, .sent, .rtt, .retransmits, .age]
      + contents.asked.filter { if case .field = $0 { true } else { false } } + [.process]
    chosen = order.filter { chosen.contains($0) }
    gap = sum(chosen, gap: 2) <= total ? 2 : 1
    fit(chosen.map { ($0, Self.width($0, total, widths)) }, total)
  }

  private static func width(_ column: LiveColumn, _ total: Int, _ widths: TableWidths) -> Int {
    switch column {
    case .local: widths.local
    case .remote: widths.remote
    case .state: widths.state
    case .queue: widths.queue
    case .proto: widths.proto
    case .received, .sent: isCompact(total) ? 6 : 8
    case .rtt: 6
    case .retransmits, .age: 4
    case .process: usualProcess
    case .field(let field): widths.fields[field] ?? Column.field(field).title.utf8.count
    }
  }

  /// Below that queues and rates are worth more than their last digits.
  static func isCompact(_ total: Int) -> Bool { total < 100 }

  /// Where there is little room, what was asked for takes that of the rates.
  private static func hasRates(_ total: Int, _ contents: TableContents) -> Bool {
    contents.hasRates && (contents.asked.isEmpty || !isCompact(total))
  }

  /// What is shown where there is room, the most useful first.
  static func optional(_ contents: TableContents) -> [LiveColumn] {
    contents.hasRates ? [.age, .rtt, .retransmits, .proto] : [.age, .proto]
  }

  /// Gives what is left to the owners, and takes what is missing first from them, then from the
  /// addresses.
  private mutating func fit(_ chosen: [(column: LiveColumn, width: Int)], _ total: Int) {
    columns = chosen
    let used = columns.reduce(Self.gutter - gap) { $0 + gap + $1.width }
    var missing = used - total
    if let last = columns.indices.last, columns[last].column == .process {
      let given = min(missing, Self.usualProcess - Self.shortestProcess)
      columns[last].width -= given
      missing -= given
    }
    for wanted in [LiveColumn.remote, .local] {
      guard let index = columns.firstIndex(where: { $0.column == wanted }) else { continue }
      if missing > 0 {
        let share = wanted == .remote ? (missing + 1) / 2 : missing
        columns[index].width -= share
        missing -= share
      }
      let width = columns[index].width
      if wanted == .local { local = width } else { remote = width }
    }
    isStacked = min(local, remote) < Self.shortestAddress
  }

  /// What the two columns of addresses may take together before owners have too little room.
  static func addressRoom(_ total: Int, _ widths: TableWidths, _ contents: TableContents) -> Int {
    var others: [LiveColumn] = [.state, .queue]
    if hasRates(total, contents) { others += [.received, .sent] }
    if hasProto(total, widths, contents) { others.append(.proto) }
    others += contents.asked.filter { !others.contains($0) }
    let room = others.reduce(total - gutter - 1) { $0 - width($1, total, widths) - 1 }
    if !contents.hasProcesses { return room }
    return min(room - shortestProcess - 1, max(room - usualProcess - 1, twoIPv4))
  }

  /// Whether the protocol is worth more than room for long addresses, which are stacked and say it
  /// there.
  private static func hasProto(
    _ total: Int, _ widths: TableWidths, _ contents: TableContents
  ) -> Bool {
    if !contents.hasUDP { return false }
    var others = contents
    others.hasUDP = false
    let least = TableWidths()
    return addressRoom(total, widths, others) >= least.local + least.remote + proto + 1
  }

  func admits(local: Int, remote: Int) -> Bool {
    !isStacked && local <= self.local && remote <= self.remote
  }

  var header: StyledLine {
    var gutter = StyledLine()
    gutter.append(spaces: Self.gutter)
    return line(gutter, .plain) { StyledLine($0.title(isCompact: isCompact), .bold) }
  }

  /// One row; `text` gives what is in a column.
  func line(_ mark: Mark, gutter: StyledLine, _ text: (LiveColumn) -> String) -> StyledLine {
    let style = mark.rowStyle
    return line(gutter, style) { StyledLine(text($0), $0 == .state ? mark.style : style) }
  }

  private func line(
    _ gutter: StyledLine, _ style: Style, _ cell: (LiveColumn) -> StyledLine
  ) -> StyledLine {
    var line = gutter
    for (index, entry) in columns.enumerated() {
      if index > 0 { line.append(spaces: gap, style) }
      var cell = cell(entry.column)
      cell.cut(to: entry.width)
      let padding = entry.width - cell.width
      if entry.column.isNumeric { line.append(spaces: padding, style) }
      line.append(cell)
      if !entry.column.isNumeric && index < columns.count - 1 {
        line.append(spaces: padding, style)
      }
    }
    return line
  }
}
