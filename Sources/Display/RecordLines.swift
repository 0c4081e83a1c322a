public import SocketModel

/// The rows of a table as `record` writes them: lines as of `watch --ndjson`, each with the number that
/// the row has as long as it is there.
public struct RecordLines: Sendable {
  private let lines: JSONLines

  /// What a row has in a recording, beyond the basics.
  public static func sections(commands: Bool) -> Sections {
    commands ? [.identity, .namespace, .commands] : [.identity, .namespace]
  }

  public enum Event: String, Sendable {
    /// It was in the table before, and a whole table is written.
    case present
    case opened, changed, closed
  }

  public init(_ listing: Listing, commands: Bool) {
    var listing = listing
    // The first line of the recording says it.
    listing.question = nil
    lines = JSONLines(
      listing, sections: Self.sections(commands: commands), isIncomplete: listing.isIncomplete)
  }

  /// A number that is another one where a field of the row is (FNV-1a, 64 bits). `scratch` is used for
  /// the text.
  public func hash(of row: Int, _ scratch: inout [UInt8]) -> UInt64 {
    scratch.removeAll(keepingCapacity: true)
    lines.appendFields(row, to: &scratch)
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    let span = scratch.span
    for index in span.indices { hash = (hash ^ UInt64(span[index])) &* 0x0000_0100_0000_01b3 }
    return hash
  }

  /// `after` is what is known of its end.
  public func append(
    _ row: Int, _ event: Event, id: UInt64, firstSeen: Timestamp?,
    after: JSONMembers = JSONMembers(), to out: inout [UInt8]
  ) {
    var before = JSONMembers()
    before.append("event", event.rawValue)
    before.append("id", id)
    before.append("first_seen", firstSeen?.rfc3339)
    lines.append(row, before: before, after: after, to: &out)
  }
}
