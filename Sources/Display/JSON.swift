public import SocketModel

/// JSON: one document for a listing, or a socket a line.
///
/// A document is `{"schema":1,"host":…,"time":…,"sockets":[…],"hidden_owners":…}`; a line is a
/// socket with `host` and `time` first. `hidden_owners` is null where owners were not asked.
/// `fixtures/socket.schema.json` describes both.
public struct JSON: Sendable {
  public enum Form: Sendable {
    /// `--json`
    case document
    /// `--ndjson`
    case lines
  }

  public var form: Form
  /// What stands in a socket beyond the basics.
  public var sections: Sections

  public init(_ form: Form, sections: Sections = []) {
    self.form = form
    self.sections = sections
  }

  /// What a Question must ask for so that every field is there.
  public var needs: Needs { sections.needs.union([.owners, .processNames, .userNames]) }

  /// Writes the listing in pieces of about 64 KiB; throws what `body` throws.
  public func write<Failure: Error>(
    _ listing: Listing, to body: (Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    let record = JSONSocket(listing: listing, sections: sections)
    switch form {
    case .lines:
      var start: [UInt8] = [UInt8(ascii: "{")]
      appendOrigin(of: listing.snapshot, to: &start)
      try inPieces(
        rows: listing.rows.count,
        of: { row, out in
          out += start
          record.appendFields(row, to: &out)
          out.append("}\n")
        }, to: body)
    case .document:
      var start = Array("{\"schema\":1".utf8)
      appendOrigin(of: listing.snapshot, to: &start)
      start.append(",\"sockets\":[")
      try body(start.span)
      try inPieces(
        rows: listing.rows.count,
        of: { row, out in
          out.append(row == 0 ? "\n{" : ",\n{")
          record.appendFields(row, to: &out)
          out.append(UInt8(ascii: "}"))
        }, to: body)
      var end = Array("\n]".utf8)
      end.append(key: "hidden_owners")
      let hidden = listing.snapshot.owners.isEmpty ? nil : UInt64(listing.hiddenOwners)
      end.append(jsonNumber: hidden)
      end.append("}\n")
      try body(end.span)
    }
  }

  private func appendOrigin(of snapshot: Snapshot, to out: inout [UInt8]) {
    out.append(key: "host")
    out.append(jsonText: snapshot.host)
    out.append(key: "time")
    out.append(jsonText: snapshot.time.rfc3339)
  }
}
