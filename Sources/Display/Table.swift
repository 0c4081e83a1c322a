public import SocketModel

/// How rows are laid out.
public enum Layout: Hashable, Sendable {
  /// A row a line, as wide as it needs to be.
  case table
  /// A socket over several lines, with all its owners (`--long`).
  case stacked
  /// A table whose rows are stacked where they do not fit into the width of the terminal; all of them
  /// where most do not.
  case fitting(width: Int)
}

/// The table: a header, and a line a socket whose columns are as wide as their content.
public struct Table: ListingRenderer {
  public var columns: ColumnSet
  public var layout: Layout
  public var palette: Palette
  public var numbers: NumberStyle
  /// Whether there is a header line.
  public var hasHeader: Bool

  public init(
    columns: ColumnSet = .standard(), layout: Layout = .table, palette: Palette = .none,
    numbers: NumberStyle = .wellKnown, hasHeader: Bool = true
  ) {
    self.columns = columns
    self.layout = layout
    self.palette = palette
    self.numbers = numbers
    self.hasHeader = hasHeader
  }

  public var needs: Projection { columns.needs }

  public func rendering(_ listing: Listing) -> Rendering {
    let cells = Cells(listing, columns, numbers: numbers)
    if layout == .stacked {
      return Stacked(cells: cells, palette: palette, width: nil).rendering
    }
    let widths = cells.widths(header: hasHeader)
    if case .fitting(let width) = layout, TableLine.width(of: widths) > width {
      return fitted(cells, width)
    }
    let line = TableLine(cells: cells, widths: widths, palette: palette)
    var rendering = Rendering(rows: cells.count, capacity: line.capacity) {
      line.write($0, to: &$1)
    }
    if hasHeader { rendering.head = line.header }
    return rendering
  }

  private func fitted(_ cells: Cells, _ width: Int) -> Rendering {
    let stacked = Stacked(cells: cells, palette: palette, width: width)
    guard let fitting = Fitting(cells, header: hasHeader, in: width) else {
      return stacked.rendering
    }
    let line = TableLine(cells: cells, widths: fitting.widths, palette: palette)
    var rendering = Rendering(rows: cells.count) { row, out in
      if fitting.isStacked[row] { return stacked.write(row, to: &out) }
      out.append(addingCapacity: line.capacity) { line.write(row, to: &$0) }
    }
    if hasHeader { rendering.head = line.header }
    return rendering
  }
}
