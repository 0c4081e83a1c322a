/// What `--sort` says: fields, each ascending or descending, the first the most important.
public struct SortKeys: Hashable, Sendable {
  public struct Key: Hashable, Sendable {
    public let field: Field
    public let isDescending: Bool

    public init(_ field: Field, isDescending: Bool = false) {
      self.field = field
      self.isDescending = isDescending
    }
  }

  public var keys: [Key]

  public init(_ keys: [Key] = []) { self.keys = keys }

  /// Why a list of keys can't be used.
  public enum Failure: Error, Hashable, Sendable {
    case unknown(String, nearest: String?)
    case empty
  }

  /// Reads `-rx_bytes,local`: names as in `Field`, with `-` in front for descending. `queue` is both
  /// queues, as it is in the table.
  public init(_ text: String) throws(Failure) {
    keys = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      let name = String(word.drop { $0 == "-" || $0 == "+" || $0 == " " })
      if name.isEmpty { throw .empty }
      guard let fields = Self.fields(name) else {
        throw .unknown(
          name, nearest: nearest(to: name, among: Field.all.flatMap { [$0.name] + $0.aliases }))
      }
      keys += fields.map { Key($0, isDescending: word.hasPrefix("-")) }
    }
  }

  private static func fields(_ name: String) -> [Field]? {
    name.lowercased() == "queue" ? [.receiveQueue, .sendQueue] : Field(name).map { [$0] }
  }

  /// What a Question must ask for so that rows can be put in this order.
  public var needs: Needs { keys.reduce(into: []) { $0.formUnion($1.field.needs) } }

  /// Puts rows in order. Rows that are equal stay as they are, and where a value is absent the row
  /// comes last in either direction.
  public func sort(_ rows: inout [UInt32], of snapshot: Snapshot) {
    for key in keys.reversed() {
      let values = rows.map { key.field.value(Int($0), of: snapshot) }
      let order = values.indices.sorted { a, b in
        if values[a] == values[b] { return a < b }
        if values[a] == .absent || values[b] == .absent { return values[b] == .absent }
        return key.isDescending ? values[b] < values[a] : values[a] < values[b]
      }
      rows = order.map { rows[$0] }
    }
  }
}
