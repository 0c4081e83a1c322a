public import SocketModel

/// JSON: one document for a listing, or a socket a line.
///
/// A document is `{"schema":1,"host":…,"time":…,"sockets":[…],"hidden_owners":…,"undecided":…}`;
/// a line is a socket with `host` and `time` first. `hidden_owners` is null where owners were not
/// asked; `undecided` counts the sockets left out of which a hidden owner leaves it open whether they
/// match. Host and time of a recording are unknown.
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

  public func rendering(_ listing: Listing) -> Rendering {
    form == .document ? document(listing) : lines(listing)
  }

  private func lines(_ listing: Listing) -> Rendering {
    let record = JSONSocket(listing: listing, sections: sections)
    var start: [UInt8] = [UInt8(ascii: "{")]
    start.append(originOf: listing.snapshot)
    return Rendering(rows: listing.rows.count) { [start] row, out in
      out += start
      record.appendFields(row, to: &out)
      out.append("}\n")
    }
  }

  private func document(_ listing: Listing) -> Rendering {
    let record = JSONSocket(listing: listing, sections: sections)
    var rendering = Rendering(rows: listing.rows.count) { row, out in
      out.append(row == 0 ? "\n{" : ",\n{")
      record.appendFields(row, to: &out)
      out.append(UInt8(ascii: "}"))
    }
    rendering.head.append("{\"schema\":1")
    rendering.head.append(originOf: listing.snapshot)
    rendering.head.append(",\"sockets\":[")
    rendering.end.append("\n]")
    rendering.end.append(key: "hidden_owners")
    let isAsked = listing.snapshot.asksOwners
    rendering.end.append(jsonNumber: isAsked ? UInt64(listing.hiddenOwners) : nil)
    rendering.end.append(key: "undecided")
    rendering.end.append(decimal: UInt64(listing.undecided))
    rendering.end.append("}\n")
    return rendering
  }
}
