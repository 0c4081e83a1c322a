import Arguments
import Display
import LinuxSystem
import SocketModel

/// What is shown of the rows of a list, in which order and form.
struct ListPlan {
  let order: SortKeys
  private(set) var needs: Projection
  private var renderer: any ListingRenderer
  /// The table of the default columns, to which others are added.
  private var standard: Table?
  private let isRedacted: Bool

  /// `kinds` may be among the rows beside TCP and UDP.
  init(
    _ presentation: Presentation, _ reading: Reading, with kinds: SocketKindSet = []
  ) throws(ExitError) {
    isRedacted = presentation.isRedacted
    let asksOwners = reading.asksOwners
    var asked = presentation.sections
    let hasUnix = !kinds.isDisjoint(with: .unix)
    if hasUnix { asked.formUnion([.unix, .ends]) }
    if !kinds.isDisjoint(with: .withSubprotocols) { asked.insert(.special) }
    if reading.namespacesFromInside != .own { asked.insert(.namespace) }
    let standard = ColumnSet.standard(asked, process: asksOwners)
    let columns: ColumnSet
    if let text = presentation.columns {
      columns = try Self.columns(text, standard)
    } else {
      columns = presentation.isLong ? standard.adding(all: asked) : standard
    }
    var table = Table(columns, presentation)
    if presentation.isLong && presentation.columns == nil { table.whole = asked }
    self.standard = presentation.columns == nil && presentation.format == .table ? table : nil
    order =
      try presentation.sort.map { text throws(ExitError) in try Self.order(text) } ?? SortKeys()
    // What answers for names is configured by files and environment, and is others' code.
    if presentation.resolvesHosts && Executable.raisesRights {
      throw ExitError.refused("--resolve")
    }
    let hosts: Projection = presentation.resolvesHosts ? .hostNames : []
    renderer = presentation.format.renderer(
      of: ListingContent(
        table, sections: asked, columnsAreChosen: presentation.columns != nil,
        hasOrigin: !(presentation.columns.map(ColumnSet.isWholeList) ?? false),
        isSorted: presentation.sort != nil))
    needs = renderer.needs.union(order.needs).union(hosts)
    if hasUnix { needs.insert(.peers) }
    if !kinds.isDisjoint(with: .packet) { needs.insert(.interfaces) }
    show(order.keys.map(\.field))
  }

  /// Adds columns for what rows are filtered or sorted by: who looks for drops wants to see them.
  mutating func show(_ fields: [Field]) {
    guard var table = standard else { return }
    table.columns = table.columns.showing(fields)
    standard = table
    renderer = table
    needs.formUnion(table.needs)
  }

  private static func order(_ text: String) throws(ExitError) -> SortKeys {
    do throws(SortKeys.Failure) {
      return try SortKeys(text)
    } catch {
      switch error {
      case .empty: throw ExitError(.wrongCommandLine, "--sort '\(text)': a key is empty")
      case .unknown(let name, let near):
        throw ExitError(.wrongCommandLine, "--sort: no field '\(name)'\(suggestion(near))")
      }
    }
  }

  private static func columns(_ text: String, _ standard: ColumnSet) throws(ExitError) -> ColumnSet
  {
    do throws(ColumnError) {
      return try ColumnSet(text, standard: standard)
    } catch {
      switch error {
      case .empty:
        throw ExitError(.wrongCommandLine, "--columns '\(text)': a column's name is missing")
      case .unknown(let name, let near):
        throw ExitError(.wrongCommandLine, "--columns: no column '\(name)'\(suggestion(near))")
      }
    }
  }

  private static func suggestion(_ nearest: String?) -> String {
    nearest.map { "; did you mean \($0)?" } ?? "; sockeye man lists all"
  }
}

extension ListPlan {
  /// Prints a listing in the form that was asked for, after a line that tells of the host where there is
  /// to be one.
  func print(_ listing: Listing, after host: HostRecord? = nil) throws(ExitError) {
    let listing = isRedacted ? listing.redacted : listing
    if let host { try Output.write(host.bytes(listing).span) }
    try Output.write(renderer.rendering(listing))
  }

  /// The same of a few rows as bytes, for who has another place for them.
  func bytes(_ listing: Listing) -> [UInt8] {
    let rendering = renderer.rendering(listing)
    return rendering.head + rendering.piece(0..<rendering.count).bytes + rendering.end
  }
}

extension Listing {
  /// With stand-ins, for one run: see `Redaction`.
  var redacted: Listing {
    var redaction = Redaction()
    var listing = self
    listing.snapshot = redaction.redact(snapshot)
    listing.question = question?.redacted
    return listing
  }
}

extension Table {
  /// As the options say, for the terminal that standard output is, or for a pipe.
  init(_ columns: ColumnSet, _ presentation: Presentation) {
    let width = TerminalSize(of: 1)?.columns
    self.init(
      columns: columns,
      layout: presentation.isLong
        ? .stacked(width: width) : width.map { .fitting(width: $0) } ?? .table,
      palette: Palette(presentation.color), numbers: presentation.portNumbers,
      hasHeader: presentation.hasHeader)
  }
}
