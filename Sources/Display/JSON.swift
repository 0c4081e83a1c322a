public import SocketModel

/// JSON: one document for a listing, or a socket a line.
///
/// A document is `{"schema":1,"host":…,"time":…,"machine_id":…,"boot_id":…,"sockets":[…],
/// "hidden_owners":…,"undecided":…}`; a line is a socket with `schema`, `host`, `time`, `machine_id`,
/// `boot_id` and `incomplete` first, which is true where
/// `undecided` is not 0: sockets may be missing. `hidden_owners` is null where owners were not
/// asked; `undecided` counts the sockets left out of which a hidden owner, or a line that could not be
/// read, leaves it open whether they match, and is null where nobody knows how many. Host and time of a recording are unknown.
/// `fixtures/socket.schema.json` describes both.
public struct JSON: ListingRenderer {
  public enum Form: Sendable {
    /// `--json`
    case document
    /// `--ndjson`
    case lines
  }

  public var form: Form
  /// What a socket has beyond the basics.
  public var sections: Sections
  /// Whether lines are in the order of the listing, whatever a reader makes of it.
  public var isSorted: Bool

  public init(_ form: Form, sections: Sections = [], isSorted: Bool = false) {
    self.form = form
    self.sections = sections
    self.isSorted = isSorted
  }

  public var needs: Projection {
    sections.needs.union([.owners, .processNames, .userNames, .namespace, .joining])
  }

  public func rendering(_ listing: Listing) -> Rendering {
    form == .document ? document(listing) : lines(listing)
  }

  /// A socket's fields, in the order of the catalogue: the basics, what rows are joined by, then those of
  /// the sections. What the first owner's fields say is in `owners`.
  public static func fields(_ sections: Sections) -> [Field] {
    Field.all.filter {
      $0.subject == .socket
        && (sections.isSuperset(of: $0.section) || Field.joining.contains($0))
    }
  }

  private func lines(_ listing: Listing) -> Rendering {
    let listing = isSorted ? listing : listing.typedFirst(Self.fields(sections))
    let lines = JSONLines(
      listing, sections: sections, isIncomplete: listing.isIncomplete)
    return Rendering(rows: listing.rows.count) { lines.append($0, to: &$1) }
  }

  private func document(_ listing: Listing) -> Rendering {
    let writer = JSONWriter(listing, sections, isFirst: true)
    var rendering = Rendering(rows: listing.rows.count) { row, out in
      out.append(row == 0 ? "\n{" : ",\n{")
      writer.append(row, to: &out)
      out.append(UInt8(ascii: "}"))
    }
    rendering.head.append("{\"schema\":1")
    rendering.head.append(originOf: listing.snapshot)
    rendering.head.append(questionOf: listing)
    rendering.head.append(",\"sockets\":[")
    rendering.end.append("\n]")
    rendering.end.append(key: "hidden_owners")
    let isAsked = listing.snapshot.asksOwners
    rendering.end.append(jsonNumber: isAsked ? UInt64(listing.hiddenOwners) : nil)
    rendering.end.append(key: "undecided")
    rendering.end.append(jsonNumber: listing.undecided.map { UInt64($0) })
    rendering.end.append("}\n")
    return rendering
  }
}

/// The lines of `JSON.lines` one by one, for who has more to say of a socket.
public struct JSONLines: Sendable {
  private var start = Array("{\"schema\":1".utf8)
  private let writer: JSONWriter
  /// What is the same at another time.
  private var rest: [UInt8] = []
  private let origins: [Origin: String]

  /// `isIncomplete` says that sockets may be missing beside the rows.
  public init(_ listing: Listing, sections: Sections, isIncomplete: Bool) {
    start.append(originOf: listing.snapshot)
    rest.append(questionOf: listing)
    rest.append(incomplete: isIncomplete)
    start += rest
    origins = listing.snapshot.names.origins
    writer = JSONWriter(listing, sections, isFirst: false)
  }

  /// Appends the line of a row, a position in `Listing.rows`, with members before the socket's own and
  /// after them.
  public func append(
    _ row: Int, before: JSONMembers = JSONMembers(), after: JSONMembers = JSONMembers(),
    to out: inout [UInt8]
  ) {
    out += start
    append(row, before, after, to: &out)
  }

  /// The same of what has a time of its own.
  public func append(
    _ row: Int, at time: Timestamp, after: JSONMembers, to out: inout [UInt8]
  ) {
    out += Array("{\"schema\":1".utf8)
    out.append(origins: origins.at(time))
    out += rest
    append(row, JSONMembers(), after, to: &out)
  }

  private func append(
    _ row: Int, _ before: JSONMembers, _ after: JSONMembers, to out: inout [UInt8]
  ) {
    out += before.bytes
    writer.append(row, to: &out)
    out += after.bytes
    out.append("}\n")
  }
}

extension JSONLines {
  /// The fields alone, without the braces and without what each line begins with.
  func appendFields(_ row: Int, to out: inout [UInt8]) { writer.append(row, to: &out) }
}

extension JSONMembers {
  /// A line of a recording other than a row. `SavedFile` looks for how it begins.
  public func recordLine(_ kind: String, at time: Timestamp) -> [UInt8] {
    var line = Array("{\"schema\":1".utf8)
    line.append(key: "record")
    line.append(jsonText: kind)
    line.append(key: "time")
    line.append(jsonText: time.rfc3339)
    return line + bytes + Array("}\n".utf8)
  }
}

/// Some members of a JSON object. Nil is written as null.
public struct JSONMembers: Sendable {
  private(set) var bytes: [UInt8] = []

  public init() {}

  public mutating func append(_ key: String, _ text: String?) {
    bytes.append(key: key)
    bytes.append(jsonText: text)
  }

  public mutating func append(_ key: String, _ number: UInt64?) {
    bytes.append(key: key)
    bytes.append(jsonNumber: number)
  }

  public mutating func append(_ key: String, _ flag: Bool?) {
    bytes.append(key: key)
    bytes.append(flag.map { "\($0)" } ?? "null")
  }

  /// Seconds with three decimals.
  public mutating func append(_ key: String, _ duration: Duration?) {
    bytes.append(key: key)
    guard let duration else { return bytes.append("null") }
    let milliseconds = max(0, Int(duration / .milliseconds(1)))
    bytes.append("\(milliseconds / 1000).\("\(1000 + milliseconds % 1000)".dropFirst())")
  }
}

struct JSONWriter: Sendable {
  private let fields: FieldWriter<JSONForm>
  /// What closes the last group.
  private let end: String

  /// The keys before the values: a group opens with its first member and is closed before what follows
  /// the last.
  init(_ listing: Listing, _ sections: Sections, isFirst: Bool) {
    var keys: [(field: Field, before: String)] = []
    var group: String?
    for field in JSON.fields(sections) {
      var before = group != nil && field.group != group ? "}" : ""
      if !isFirst || !keys.isEmpty { before += "," }
      if let name = field.group, name != group { before += "\"\(name)\":{" }
      group = field.group
      keys.append((field, before + "\"\(field.name)\":"))
    }
    fields = FieldWriter(
      listing, JSONForm(), keys,
      owners: OwnerListWriter(
        listing, commands: sections.contains(.commands),
        executables: sections.contains(.executables)))
    end = group == nil ? "" : "}"
  }

  func append(_ row: Int, to out: inout [UInt8]) {
    fields.append(row, to: &out)
    out.append(end)
  }
}

struct JSONForm: FieldForm {
  let absent: StaticASCII = "null"
  /// A byte becomes at most `\\xNN`.
  let growth = (perByte: 6, around: 2)

  func write(word: ShortText, to out: inout OutputSpan<UInt8>) {
    out.append(UInt8(ascii: "\""))
    out.append(word)
    out.append(UInt8(ascii: "\""))
  }

  func write(address: IPAddress, to out: inout OutputSpan<UInt8>) {
    out.append(UInt8(ascii: "\""))
    address.write(to: &out)
    out.append(UInt8(ascii: "\""))
  }

  func write(numberAsText number: UInt64, to out: inout OutputSpan<UInt8>) {
    out.append(UInt8(ascii: "\""))
    out.append(decimal: number)
    out.append(UInt8(ascii: "\""))
  }

  func label(_ name: [UInt8]) -> [UInt8] {
    var label: [UInt8] = []
    label.append(jsonBytes: name.span)
    return label
  }
}
