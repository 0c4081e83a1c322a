/// How the columns of a table share the width of a terminal that is too narrow for all of them: the
/// last one takes what the others leave and its text wraps, and a long address costs its own row a
/// line, and not all others theirs.
struct Fitting: Sendable {
  private(set) var widths: [Int]
  /// Whether a row takes more lines than one.
  private(set) var isBroken: [Bool]

  /// What a column whose text wraps has at least, as far as it needs it.
  private static let narrowest = 11

  /// Nil where more rows do not fit than do: then the columns are of no use.
  init?(_ cells: Cells, header: Bool, in total: Int) {
    widths = cells.headerWidths(header)
    let columns = widths.count
    guard let last = cells.columns.columns.last else { return nil }
    let wraps = !last.isNumeric
    var all: [Int32] = []
    all.reserveCapacity(cells.count * columns)
    var longest = widths[columns - 1]
    cells.forEachWidth { _, column, width in
      if column < columns - 1 || !wraps { return all.append(Int32(clamping: width)) }
      longest = max(longest, width)
      all.append(Int32(clamping: min(width, Self.narrowest)))
    }
    let rows = (0..<cells.count).map { all[$0 * columns..<($0 + 1) * columns] }
    isBroken = Array(repeating: true, count: cells.count)
    // The narrow ones first, so that none of them is left out for a wide one.
    let sums = rows.map { $0.reduce(0, +) }
    for row in sums.indices.sorted(by: { (sums[$0], $0) < (sums[$1], $1) }) {
      let wider = zip(widths, rows[row]).map { max($0, Int($1)) }
      if TableLine.width(of: wider) > total { continue }
      widths = wider
      isBroken[row] = false
    }
    if isBroken.count(where: \.self) * 2 > isBroken.count { return nil }
    guard wraps else { return }
    let free = total - TableLine.width(of: widths)
    widths[columns - 1] = min(longest, widths[columns - 1] + free)
    if longest == widths[columns - 1] { return }
    cells.forEachWidth { [width = widths[columns - 1]] row, column, needed in
      if column == columns - 1 && needed > width { isBroken[row] = true }
    }
  }
}
