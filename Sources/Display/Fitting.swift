/// Which rows of a table fit into the width of a terminal, and how wide its columns are then. One
/// long address costs its own row the line, and not all others theirs.
struct Fitting: Sendable {
  private(set) var widths: [Int]
  /// Whether a row takes more lines than one.
  private(set) var isStacked: [Bool]

  /// Nil where more rows do not fit than do: then the columns are of no use.
  init?(_ cells: Cells, header: Bool, in total: Int) {
    widths = cells.headerWidths(header)
    isStacked = Array(repeating: true, count: cells.count)
    let columns = widths.count
    var all: [Int32] = []
    all.reserveCapacity(cells.count * columns)
    cells.forEachWidth { _, _, width in all.append(Int32(clamping: width)) }
    let rows = (0..<cells.count).map { all[$0 * columns..<($0 + 1) * columns] }
    // The narrow ones first, so that none of them is left out for a wide one.
    let sums = rows.map { $0.reduce(0, +) }
    for row in sums.indices.sorted(by: { (sums[$0], $0) < (sums[$1], $1) }) {
      let wider = zip(widths, rows[row]).map { max($0, Int($1)) }
      if TableLine.width(of: wider) > total { continue }
      widths = wider
      isStacked[row] = false
    }
    if isStacked.count(where: \.self) * 2 > isStacked.count { return nil }
  }
}
