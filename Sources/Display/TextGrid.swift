/// A small table of texts: the leading columns are aligned left, the others right or, where they are
/// words and not numbers, left as well.
struct TextGrid {
  private let header: [String]
  private let areWords: Bool
  private let leading: Int
  private var rows: [(cells: [String], bar: String?)] = []

  init(header: [String], areWords: Bool = false, leading: Int = 1) {
    self.header = header
    self.leading = leading
    self.areWords = areWords
  }

  /// A row may be shorter than the header.
  mutating func add(_ cells: [String], bar: String? = nil) { rows.append((cells, bar)) }

  func text(_ palette: Palette) -> [UInt8] {
    var widths = header.map { displayWidth($0) }
    for row in rows {
      for (index, cell) in row.cells.enumerated() {
        widths[index] = max(widths[index], displayWidth(cell))
      }
    }
    let isRight = header.indices.map { $0 >= leading && !areWords }
    var out = palette.heading(paddedLine(header, widths, isRight: isRight))
    out.append(UInt8(ascii: "\n"))
    for row in rows {
      out += paddedLine(row.cells, widths, isRight: isRight)
      if let bar = row.bar, !bar.isEmpty { out.append("  " + bar) }
      out.append(UInt8(ascii: "\n"))
    }
    return out
  }
}

/// A line of texts, each in its column, without spaces at its end.
func paddedLine(_ cells: [String], _ widths: [Int], isRight: [Bool]) -> [UInt8] {
  var out: [UInt8] = []
  for (index, cell) in cells.enumerated() {
    let padding = String(repeating: " ", count: widths[index] - displayWidth(cell))
    if index > 0 { out.append("  ") }
    if isRight[index] { out.append(padding) }
    out.append(cell)
    if !isRight[index] && index < cells.count - 1 { out.append(padding) }
  }
  while out.last == UInt8(ascii: " ") { out.removeLast() }
  return out
}
