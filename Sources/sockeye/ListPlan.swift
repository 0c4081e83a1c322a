import Arguments
import Display
import LinuxSystem
import SocketModel

/// What is shown of the rows of a list, in which order and form.
struct ListPlan {
  private(set) var columns: ColumnSet
  /// What JSON has beyond the basics.
  let sections: Sections
  let order: SortKeys
  /// What `--csv` has: the columns where some were chosen, else what JSON has.
  let fields: [Field]
  private(set) var needs: Needs
  /// Whether fields that are compared or sorted by get a column: in the default table.
  private let addsColumns: Bool

  init(_ presentation: Presentation, asksOwners: Bool) throws(Stop) {
    let asked = presentation.sections
    let standard = ColumnSet.standard(asked, process: asksOwners)
    addsColumns = presentation.columns == nil && presentation.format == .table
    order = try presentation.sort.map { text throws(Stop) in try Self.order(text) } ?? SortKeys()
    if let text = presentation.columns {
      columns = try Self.columns(text, standard)
    } else {
      columns = presentation.isLong ? standard.adding(all: asked) : standard
    }
    sections = asked.union(columns.sections)
    let hosts: Needs = presentation.resolvesHosts ? .hostNames : []
    let sections = sections
    fields =
      presentation.columns != nil
      ? columns.fields
      : Field.all.filter {
        $0.needs.isDisjoint(with: .details) || $0.section.isSubset(of: sections)
      }
    let shown =
      switch presentation.format {
      case .table: presentation.isLong ? columns.needs.union(asked.needs) : columns.needs
      case .json: JSON(.document, sections: sections).needs
      case .ndjson: JSON(.lines, sections: sections).needs
      case .csv: CSV(fields: fields).needs
      }
    needs = shown.union(order.needs).union(hosts)
    show(order.keys.map(\.field))
  }

  /// Adds columns for what rows are filtered or sorted by: who looks for drops wants to see them.
  mutating func show(_ fields: [Field]) {
    if !addsColumns { return }
    columns = columns.showing(fields)
    needs.formUnion(columns.needs)
  }

  private static func order(_ text: String) throws(Stop) -> SortKeys {
    do throws(SortKeys.Failure) {
      return try SortKeys(text)
    } catch {
      switch error {
      case .empty: throw Stop(.wrongCommandLine, "--sort '\(text)': a key is empty")
      case .unknown(let name, let near):
        throw Stop(.wrongCommandLine, "--sort: no field '\(name)'\(suggestion(near))")
      }
    }
  }

  private static func columns(_ text: String, _ standard: ColumnSet) throws(Stop) -> ColumnSet {
    do throws(ColumnError) {
      return try ColumnSet(text, standard: standard)
    } catch {
      switch error {
      case .empty: throw Stop(.wrongCommandLine, "--columns '\(text)': a column's name is missing")
      case .unknown(let name, let near):
        throw Stop(.wrongCommandLine, "--columns: no column '\(name)'\(suggestion(near))")
      }
    }
  }

  private static func suggestion(_ nearest: String?) -> String {
    nearest.map { "; did you mean \($0)?" } ?? "; sockeye man lists all"
  }
}

extension ListPlan {
  /// Prints a listing in the form that was asked for.
  func print(_ listing: Listing, _ presentation: Presentation) throws(Stop) {
    let rendering =
      switch presentation.format {
      case .table: Table(columns, presentation).rendering(listing)
      case .json: JSON(.document, sections: sections).rendering(listing)
      case .ndjson: JSON(.lines, sections: sections).rendering(listing)
      case .csv: CSV(fields: fields, hasHeader: presentation.hasHeader).rendering(listing)
      }
    try Output.write(rendering)
  }
}

extension Table {
  /// As the options say, for the terminal that standard output is, or for a pipe.
  init(_ columns: ColumnSet, _ presentation: Presentation) {
    let width = TerminalSize(of: 1)?.columns
    self.init(
      columns: columns,
      layout: presentation.isLong ? .stacked : width.map { .fitting(width: $0) } ?? .table,
      palette: Palette(presentation.color), numbers: presentation.portNumbers,
      hasHeader: presentation.hasHeader)
  }
}
