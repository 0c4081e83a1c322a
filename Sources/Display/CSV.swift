public import SocketModel

/// CSV (RFC 4180): a header of field names unless it is unwanted, then a socket a line, each ended by
/// CR LF.
///
/// `host` and `time` come first, where the fields are not chosen one by one, and `incomplete` last: whether
/// sockets may be missing.
///
/// A cell is what the field is in JSON, empty where that is null. `pid`, `process`, `command` and `fds`
/// are the first owner's, `fds` its first descriptor; `owners` has all of them, as JSON. Names are
/// escaped as in the table.
public struct CSV: ListingRenderer {
  public var fields: [Field]
  public var hasHeader: Bool
  /// Whether each line says where and when it was taken.
  public var hasOrigin: Bool

  /// Every field but those that are the same in every line.
  public static let ofRows = Field.all.filter { $0.subject != .snapshot }

  /// What a line begins with where it says where and when it was taken.
  static let origin: [Field] = [.origin(.host), .origin(.time)]

  public init(fields: [Field] = Self.ofRows, hasHeader: Bool = true, hasOrigin: Bool = false) {
    self.fields = fields
    self.hasHeader = hasHeader
    self.hasOrigin = hasOrigin
  }

  /// Interfaces, cookies and v6only come with every netlink row: they are not asked for.
  public var needs: Projection {
    fields.reduce(into: Projection()) { $0.formUnion($1.needs) }
      .subtracting([.interfaces, .cookies, .v6only])
  }

  public func rendering(_ listing: Listing) -> Rendering {
    let hasOwners = fields.contains(.owners)
    let start = hasOrigin ? Array(origin(of: listing.snapshot).utf8) : []
    let end = (hasOrigin ? listing.isIncomplete ? ",true" : ",false" : "") + "\r\n"
    let writer = FieldWriter(
      listing, CSVForm(), fields.enumerated().map { ($1, $0 == 0 ? "" : ",") },
      owners: hasOwners
        ? OwnerListWriter(
          listing, commands: fields.contains(.command), executables: fields.contains(.exeDeleted),
          in: .csv) : nil)
    var rendering = Rendering(rows: listing.rows.count) { row, out in
      out += start
      writer.append(row, to: &out)
      out.append(end)
    }
    if hasHeader {
      let (first, last) = hasOrigin ? (Self.origin.map(\.name), ["incomplete"]) : ([], [])
      let names = first + fields.map(\.name) + last
      rendering.head.append(names.joined(separator: ",") + "\r\n")
    }
    return rendering
  }

  /// What every line begins with; of a recording both are unknown.
  private func origin(of snapshot: Snapshot) -> String {
    let host = String(decoding: CSVForm().label(Array(snapshot.host.utf8)), as: UTF8.self)
    return "\(host),\(snapshot.time == .epoch ? "" : snapshot.time.rfc3339),"
  }
}

struct CSVForm: FieldForm {
  let absent: StaticASCII = ""
  /// A byte becomes at most `\xNN`; what is in quotes has two more.
  let growth = (perByte: 4, around: 2)

  func write(word: ShortText, to out: inout OutputSpan<UInt8>) {
    out.append(word)
  }

  func write(address: IPAddress, to out: inout OutputSpan<UInt8>) { address.write(to: &out) }

  func write(numberAsText number: UInt64, to out: inout OutputSpan<UInt8>) {
    out.append(decimal: number)
  }

  func label(_ name: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    appendEscaped(name.span, to: &text)
    return Self.quoted(text)
  }

  /// In quotes where it has to be.
  static func quoted(_ text: [UInt8]) -> [UInt8] {
    let mark = UInt8(ascii: "\"")
    let special: [UInt8] = [mark, UInt8(ascii: ","), UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    guard text.contains(where: { special.contains($0) }) else { return text }
    return [mark] + text.flatMap { $0 == mark ? [mark, mark] : [$0] } + [mark]
  }
}

extension ColumnSet {
  /// The fields that the columns show, a composite column as its parts, each field once.
  public var fields: [Field] {
    var seen: Set<Field> = []
    return columns.flatMap { column -> [Field] in
      switch column {
      case .local: [.localAddress, .localPort]
      case .remote: [.remoteAddress, .remotePort]
      case .queue: [.receiveQueue, .sendQueue]
      case .process: [.ownerStatus, .pid, .process]
      case .field(let field): [field]
      }
    }.filter { seen.insert($0).inserted }
  }
}
