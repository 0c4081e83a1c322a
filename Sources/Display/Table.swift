public import SocketModel

/// How rows are laid out.
public enum Layout: Hashable, Sendable {
  /// A row a line, as wide as it needs to be.
  case table
  /// A socket over several lines, with all its owners (`--long`), as wide as the terminal if there is
  /// one.
  case stacked(width: Int?)
  /// A table within the width of the terminal, in which long cells take lines of their own; where most
  /// rows do not fit, they are stacked.
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
  /// The sections of which a stacked row tells every field.
  public var whole: Sections

  public init(
    columns: ColumnSet = .standard(), layout: Layout = .table, palette: Palette = .none,
    numbers: NumberStyle = .wellKnown, hasHeader: Bool = true, whole: Sections = []
  ) {
    self.columns = columns
    self.layout = layout
    self.palette = palette
    self.numbers = numbers
    self.hasHeader = hasHeader
    self.whole = whole
  }

  public var needs: Projection { columns.needs }

  public func rendering(_ listing: Listing) -> Rendering {
    let cells = Cells(listing, columns, numbers: numbers)
    if case .stacked(let width) = layout {
      return Stacked(cells: cells, palette: palette, width: width, whole: whole).rendering
    }
    let widths = cells.widths(header: hasHeader)
    if case .fitting(let width) = layout, TableLine.width(of: widths) > width {
      return fitted(cells, width)
    }
    let line = TableLine(
      cells: cells, widths: widths.map { min($0, Self.widestColumn) }, palette: palette)
    var rendering = Rendering(rows: cells.count, capacity: line.capacity) {
      line.write($0, to: &$1)
    }
    if hasHeader { rendering.head = line.header }
    return rendering
  }

  /// Beyond this a cell makes its own row longer, and no other: one command line may have megabytes.
  private static let widestColumn = 256

  private func fitted(_ cells: Cells, _ width: Int) -> Rendering {
    guard let fitting = Fitting(cells, header: hasHeader, in: width) else {
      return Stacked(cells: cells, palette: palette, width: width).rendering
    }
    let line = TableLine(cells: cells, widths: fitting.widths, palette: palette)
    let broken = BrokenLine(line: line, total: width)
    var rendering = Rendering(rows: cells.count) { row, out in
      if fitting.isBroken[row] { return broken.write(row, to: &out) }
      out.append(addingCapacity: line.capacity) { line.write(row, to: &$0) }
    }
    if hasHeader { rendering.head = line.header }
    return rendering
  }
}
