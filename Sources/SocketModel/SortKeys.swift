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
    switch name.lowercased() {
    case "queue": [.receiveQueue, .sendQueue]
    case "owner": [.process, .pid]
    case _: Field(name).map { [$0] }
    }
  }

  /// What a Query must ask for so that rows can be put in this order.
  public var needs: Projection { keys.reduce(into: []) { $0.formUnion($1.field.needs) } }

  /// Puts rows in order. Rows that are equal stay as they are, and where a value is absent the row
  /// comes last in either direction.
  public func sort(_ rows: inout [UInt32], of snapshot: Snapshot) {
    for key in keys.reversed() {
      let ranks = SortRanks(of: key.field, rows, snapshot)
      let order = rows.indices.sorted { a, b in
        let (x, y) = (ranks[a], ranks[b])
        if x == y { return a < b }
        if x.isAbsent || y.isAbsent { return y.isAbsent }
        return key.isDescending ? y < x : x < y
      }
      rows = order.map { rows[$0] }
    }
  }
}

/// What a field's value is compared by in each of some rows when they are put in order: numbers before
/// addresses before text. Names are compared once for each that there is, not once a row.
private struct SortRanks {
  struct Rank: Comparable {
    let group: UInt8
    let high: UInt64
    let low: UInt64

    static let absent = Rank(group: .max, high: 0, low: 0)
    var isAbsent: Bool { group == .max }

    static func < (a: Rank, b: Rank) -> Bool {
      (a.group, a.high, a.low) < (b.group, b.high, b.low)
    }
  }

  private enum Text: Hashable {
    case text(ShortText)
    case name(NamedThing)
  }

  private var ranks: [Rank] = []
  /// The texts that were seen, and those that each row has, by their place.
  private var texts: [Text: Int] = [:]

  init(of field: Field, _ rows: [UInt32], _ snapshot: Snapshot) {
    let reader = FieldReader(field)
    ranks.reserveCapacity(rows.count)
    for row in rows { ranks.append(rank(reader.value(of: snapshot[row]), snapshot)) }
    if texts.isEmpty { return }
    // A text's place gives way to its place in the order of all.
    let byPlace = texts.sorted { $0.value < $1.value }.map { Self.bytes($0.key, snapshot) }
    var order = [UInt64](repeating: 0, count: byPlace.count)
    var last = 0
    let sorted = byPlace.indices.sorted { byPlace[$0].lexicographicallyPrecedes(byPlace[$1]) }
    for (index, place) in sorted.enumerated() {
      if index > 0 && byPlace[sorted[index - 1]] != byPlace[place] { last = index }
      order[place] = UInt64(last)
    }
    for index in ranks.indices where ranks[index].group == Self.textGroup {
      ranks[index] = Rank(
        group: Self.textGroup, high: order[Int(ranks[index].low)], low: 0)
    }
  }

  subscript(index: Int) -> Rank { ranks[index] }

  private static let textGroup: UInt8 = 4

  private mutating func rank(_ value: Value, _ snapshot: Snapshot) -> Rank {
    switch value {
    case .absent, .unknown: .absent
    case .number(let number): Rank(group: 0, high: number, low: 0)
    case .flag(let flag): Rank(group: 1, high: flag ? 1 : 0, low: 0)
    case .address(let address):
      Rank(group: address.family == .ipv4 ? 2 : 3, high: address.high, low: address.low)
    case .word(let word): rank(of: .text(word))
    case .text(let text): rank(of: .text(text))
    case .name(let thing):
      snapshot.names.bytes(thing) == nil && thing.number == nil ? .absent : rank(of: .name(thing))
    case .descriptors(let slot):
      Rank(
        group: 0,
        high: UInt64(max(0, snapshot.ownerIndex.firstDescriptor(at: slot) ?? 0)),
        low: 0)
    case .owners(let slot):
      snapshot.ownerIndex.firstPID(at: slot).map {
        Rank(group: 0, high: UInt64(UInt32(bitPattern: $0)), low: 0)
      } ?? .absent
    }
  }

  private mutating func rank(of text: Text) -> Rank {
    let place = texts[text] ?? texts.count
    texts[text] = place
    return Rank(group: Self.textGroup, high: 0, low: UInt64(place))
  }

  private static func bytes(_ text: Text, _ snapshot: Snapshot) -> [UInt8] {
    switch text {
    case .text(let text): text.bytes
    case .name(let thing):
      snapshot.names.bytes(thing) ?? thing.number.map { Array("\($0)".utf8) } ?? []
    }
  }
}
