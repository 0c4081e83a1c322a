public import SocketModel

/// CSV (RFC 4180): a header of field names unless it is unwanted, then a socket a line, each ended by
/// CR LF.
///
/// A cell is what the field is in JSON, empty where that is null. The owners' fields are lists in
/// the order of the pids, joined by `;`, and an owner's descriptors are joined by blanks. Names are
/// escaped as in the table, a `;` in them as `\x3b`.
public struct CSV: Sendable {
  public var fields: [Field]
  public var hasHeader: Bool

  public init(fields: [Field] = Field.all, hasHeader: Bool = true) {
    self.fields = fields
    self.hasHeader = hasHeader
  }

  /// What a Question must ask for so that every field is there.
  /// What every netlink row has is no question of its own.
  public var needs: Needs {
    fields.reduce(into: Needs()) { $0.formUnion($1.needs) }
      .subtracting([.interfaces, .cookies, .v6only])
  }

  public func rendering(_ listing: Listing) -> Rendering {
    let plain = fields.filter { !isOwnerList($0) }
    var cells = Cells(listing, ColumnSet(plain.map { .field($0) }), numbers: .numeric)
    cells.absent = nil
    var rendering = Rendering(rows: cells.count) { [cells] in appendLine($0, of: cells, to: &$1) }
    if hasHeader {
      rendering.head.append(fields.map { $0.name }.joined(separator: ",") + "\r\n")
    }
    return rendering
  }

  private func isOwnerList(_ field: Field) -> Bool {
    switch field {
    case .pid, .process, .command, .fds: true
    default: false
    }
  }

  private func appendLine(_ row: Int, of cells: Cells, to out: inout [UInt8]) {
    let position = Int(cells.listing.rows[row])
    let asksOwners = fields.contains { isOwnerList($0) }
    let owners = asksOwners ? cells.listing.snapshot.owners(position) : []
    for (index, field) in fields.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      let start = out.count
      if isOwnerList(field) {
        appendList(field, owners, cells.listing.snapshot.names, to: &out)
      } else if field == .timer {
        let kind = cells.listing.snapshot.sockets[position].timer.kind
        out.append(kind.name.map { "\($0)" } ?? "\(kind.rawValue)")
      } else if field == .user {
        let snapshot = cells.listing.snapshot
        let name = snapshot.sockets[position].uid.flatMap { snapshot.names.users[$0] }
        appendEscaped(Array((name ?? "").utf8).span, to: &out)
      } else {
        let column = Column.field(field)
        out.append(addingCapacity: cells.capacity(column)) {
          _ = cells.write(column, row: row, to: &$0)
        }
      }
      quote(from: start, &out)
    }
    out.append("\r\n")
  }

  private func appendList(
    _ field: Field, _ owners: [Owner], _ names: Names, to out: inout [UInt8]
  ) {
    for (index, owner) in owners.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ";")) }
      let process = names.processes[owner.pid]
      switch field {
      case .pid: out.append("\(owner.pid)")
      case .fds: out.append(owner.descriptors.map { "\($0)" }.joined(separator: " "))
      case .process: appendItem(process?.name ?? [], to: &out)
      default: appendItem(joinedArguments(process?.command ?? []), to: &out)
      }
    }
  }

  private func appendItem(_ name: [UInt8], to out: inout [UInt8]) {
    var text: [UInt8] = []
    appendEscaped(name.span, to: &text)
    for byte in text {
      if byte == UInt8(ascii: ";") { out.append("\\x3b") } else { out.append(byte) }
    }
  }

  /// Puts what was written from `start` on in quotes where it has to be.
  private func quote(from start: Int, _ out: inout [UInt8]) {
    let mark = UInt8(ascii: "\"")
    let special: [UInt8] = [mark, UInt8(ascii: ","), UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    guard out[start...].contains(where: { special.contains($0) }) else { return }
    let text = Array(out[start...])
    out.replaceSubrange(start..., with: [mark])
    for byte in text { out.append(contentsOf: byte == mark ? [mark, mark] : [byte]) }
    out.append(mark)
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
