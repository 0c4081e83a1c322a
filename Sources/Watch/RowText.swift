internal import Display
internal import SocketModel

/// The texts of the rows on the screen.
struct RowText {
  private let cells: Cells
  /// The same of the rows that tell who owns each.
  private let owners: Cells
  private let table: LiveTable
  private let rows: [Int]
  private let now: Duration

  /// The columns of what rows are filtered or sorted by.
  let asked: [Column]

  static let columns: [Column] = [
    .field(.proto), .local, .remote, .field(.state), .queue, .process,
  ]

  /// The listing's rows are positions in the table.
  init(
    _ table: LiveTable, _ listing: Listing, _ numbers: NumberStyle, _ asked: [Column] = []
  ) {
    let columns = ColumnSet(Self.columns + asked)
    cells = Cells(listing, columns, numbers: numbers)
    var owned = listing
    owned.rows = listing.rows.map(table.owned)
    owners = owned.rows == listing.rows ? cells : Cells(owned, columns, numbers: numbers)
    self.asked = asked
    self.table = table
    self.rows = listing.rows.map { Int($0) }
    now = table.time ?? .zero
  }

  /// One row, by its position in the table.
  init(_ table: LiveTable, row: Int, _ numbers: NumberStyle) {
    self.init(
      table, Listing(table.shown, rows: [UInt32(truncatingIfNeeded: row)]), numbers)
  }

  var count: Int { rows.count }

  func live(_ index: Int) -> LiveRow { table.rows[rows[index]] }

  func socket(_ index: Int) -> Socket { table.shown[rows[index]].socket }

  /// What is in a column, and how wide it is.
  func cell(_ column: Column, _ index: Int) -> (text: String, width: Int) {
    let cell = cells.cell(column, row: index)
    return (String(decoding: cell.text, as: UTF8.self), cell.width)
  }

  /// `isCompact` is for a screen that has little room.
  func text(_ column: LiveColumn, _ index: Int, isCompact: Bool = false) -> String {
    switch column {
    case .proto: cell(.field(.proto), index).text
    case .local: cell(.local, index).text
    case .remote: cell(.remote, index).text
    case .state: cell(.field(.state), index).text
    case .queue: isCompact ? shortQueue(index) : cell(.queue, index).text
    case .process: String(decoding: owners.cell(.process, row: index).text, as: UTF8.self)
    case .received: rate(index, isCompact) { $0.received }
    case .sent: rate(index, isCompact) { $0.sent }
    case .rtt: traffic(index)?.rtt.map { Quantity.time(microseconds: $0) } ?? ""
    case .retransmits: traffic(index)?.retransmits.map { $0 == 0 ? "-" : "\($0)" } ?? ""
    case .age: age(index)
    case .field(let field): cell(.field(field), index).text
    }
  }

  private func rate(
    _ index: Int, _ isCompact: Bool, _ part: (ByteRates) -> Double
  ) -> String {
    guard let rates = live(index).rates else { return "" }
    return isCompact ? Quantity.shortRate(part(rates)) : Quantity.rate(part(rates))
  }

  /// Both queues, large ones rounded.
  private func shortQueue(_ index: Int) -> String {
    let socket = socket(index)
    if max(socket.receiveQueue, socket.sendQueue) < 10_000 { return cell(.queue, index).text }
    return Quantity.count(socket.receiveQueue) + "/" + Quantity.count(socket.sendQueue)
      + (socket.isQueueFull ? "!" : "")
  }

  private func traffic(_ index: Int) -> SocketTraffic? { table.shown[rows[index]].traffic }

  /// A closed row's age is how long it was seen.
  func age(_ index: Int) -> String {
    let live = live(index)
    return Quantity.age((live.mark == .closed ? live.stateSince : now) - live.firstSeen)
  }

  /// The row as two or more lines where it is too wide for one: what it is, then how it moves and
  /// whose it is. What comes and goes comes last, so that the rows below do not jump.
  func stacked(_ index: Int, width: Int, gutter: StyledLine) -> [StyledLine] {
    let style = live(index).mark.rowStyle
    var heading = [text(.proto, index), text(.local, index)]
    if socket(index).isConnected { heading += ["->", text(.remote, index)] }
    var first = gutter
    first.append(text(.state, index), live(index).mark.style)
    var lines = flow(heading, width: width, style, first: first)
    var details: [String] = []
    if let rates = live(index).rates {
      details.append("in \(Quantity.rate(rates.received)) out \(Quantity.rate(rates.sent))")
    }
    // The owner comes last: it may be cut.
    if text(.queue, index) != "-" { details.append("queue \(text(.queue, index))") }
    for column in asked {
      let word = text(LiveColumn(column), index)
      if word != "-" && !word.isEmpty { details.append("\(column.name) \(word)\(unit(column))") }
    }
    let owner = text(.process, index)
    if !owner.isEmpty && owner != "-" { details.append(owner) }
    if details.isEmpty { return lines }
    var line = StyledLine()
    line.append(spaces: 4, style)
    line.append(details.joined(separator: "  "), style)
    line.cut(to: width)
    lines.append(line)
    return lines
  }

  /// Of what is shown as the kernel counts it.
  private func unit(_ column: Column) -> String {
    guard case .field(let field) = LiveColumn(column), let suffix = field.unit.suffix else {
      return ""
    }
    return "\(suffix)"
  }

  /// Words in lines; one that is wider than a line goes on in the next.
  private func flow(_ words: [String], width: Int, _ style: Style, first: StyledLine)
    -> [StyledLine]
  {
    var lines = [first]
    for word in words {
      let next = StyledLine(word, style)
      let last = lines.count - 1
      let isFresh = lines[last].width <= TableLayout.gutter
      if lines[last].width + (isFresh ? 0 : 1) + next.width <= width {
        if !isFresh { lines[last].append(spaces: 1, style) }
        lines[last].append(next)
        continue
      }
      for piece in next.broken(at: width - TableLayout.gutter) {
        var line = StyledLine()
        line.append(spaces: TableLayout.gutter, style)
        line.append(piece)
        lines.append(line)
      }
    }
    return lines
  }
}
