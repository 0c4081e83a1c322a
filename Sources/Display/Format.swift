public import SocketModel

/// The form of the output, under the name of its option.
///
/// To add a form is to write its renderer and to add its case and its lines here; its option is one
/// row of the table of options.
public enum Format: String, CaseIterable, Sendable {
  case table, json, ndjson, csv

  /// What writes a listing in this form.
  public func renderer(of content: ListingContent) -> any ListingRenderer {
    switch self {
    case .table: content.table
    case .json: JSON(.document, sections: content.sections)
    case .ndjson: JSON(.lines, sections: content.sections, isSorted: content.isSorted)
    case .csv:
      CSV(
        fields: content.fields, hasHeader: content.table.hasHeader, hasOrigin: content.hasOrigin)
    }
  }

  /// How the live view writes it.
  public enum Live: Sendable {
    /// Frames, or a line of text for each change.
    case frames
    /// An object for each change.
    case objects
  }

  /// Nil for a form of one listing, which the live view can't write.
  public var live: Live? {
    switch self {
    case .table: .frames
    case .ndjson: .objects
    case .json, .csv: nil
    }
  }
}

/// What is shown of a listing, whatever the form.
public struct ListingContent: Sendable {
  public let table: Table
  /// What JSON has beyond the basics.
  public let sections: Sections
  /// What CSV has: the columns where some were chosen, else what JSON has.
  public let fields: [Field]
  /// Whether a line of CSV says where and when it was taken.
  public let hasOrigin: Bool
  /// Whether the order was asked for.
  public let isSorted: Bool

  /// `sections` are those asked for by options; what the columns show is added. `hasOrigin` is not
  /// wanted where each column is named: then a line has these alone.
  public init(
    _ table: Table, sections asked: Sections, columnsAreChosen: Bool, hasOrigin: Bool = true,
    isSorted: Bool = false
  ) {
    self.table = table
    self.hasOrigin = hasOrigin
    self.isSorted = isSorted
    let sections = asked.union(table.columns.sections)
    self.sections = sections
    fields =
      columnsAreChosen
      ? table.columns.fields.filter { !hasOrigin || !CSV.origin.contains($0) }
      : Field.all.filter {
        if $0.subject == .snapshot { return false }
        return $0.needs.isDisjoint(with: .details)
          && ![.namespace, .unix, .special, .ends, .unmapped, .age, .event].contains($0.section)
          || $0.section.isSubset(of: sections)
      }
  }
}
