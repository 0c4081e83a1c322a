/// A small table of texts: the first column is aligned left, the others right or, where they are
/// words and not numbers, left as well.
struct TextGrid {
  private let header: [String]
  private let areWords: Bool
  private var rows: [(cells: [String], bar: String?)] = []

  init(header: [String], areWords: Bool = false) {
    self.header = header
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
    var out: [UInt8] = palette == .none ? [] : Palette.heading.bytes
    out += line(header, widths)
    if palette != .none { out += Palette.reset.bytes }
    out.append(UInt8(ascii: "\n"))
    for row in rows {
      out += line(row.cells, widths)
      if let bar = row.bar, !bar.isEmpty { out.append("  " + bar) }
      out.append(UInt8(ascii: "\n"))
    }
    return out
  }

  private func line(_ cells: [String], _ widths: [Int]) -> [UInt8] {
    var out: [UInt8] = []
    for (index, cell) in cells.enumerated() {
      let padding = String(repeating: " ", count: widths[index] - displayWidth(cell))
      let isLeft = index == 0 || areWords
      if index > 0 { out.append("  ") }
      if !isLeft { out.append(padding) }
      out.append(cell)
      if isLeft && index < cells.count - 1 { out.append(padding) }
    }
    while out.last == UInt8(ascii: " ") { out.removeLast() }
    return out
  }
}
