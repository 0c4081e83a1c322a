/// What is summed up over the sockets of a group, in `stats --sum`.
public enum GroupSum: String, Sendable, CaseIterable {
  case receiveQueue = "recv_q"
  case sendQueue = "send_q"
  case txBytes = "tx_bytes"
  case rxBytes = "rx_bytes"

  /// The one name, as in the vocabulary of fields.
  public var name: String { rawValue }

  public var field: Field {
    switch self {
    case .receiveQueue: .receiveQueue
    case .sendQueue: .sendQueue
    case .txBytes: .txBytes
    case .rxBytes: .rxBytes
    }
  }
}

extension SocketGroup {
  /// Nil where no row tells it.
  public subscript(sum: GroupSum) -> UInt64? {
    switch sum {
    case .receiveQueue: receiveQueue
    case .sendQueue: sendQueue
    case .txBytes: txBytes
    case .rxBytes: rxBytes
    }
  }
}

/// The rows of a listing in groups: what `stats --by` shows in every form.
public struct GroupedListing: Sendable {
  public let listing: Listing
  public let groupings: [Grouping]
  /// The largest first, or as they were sorted.
  public private(set) var groups: [SocketGroup]
  /// What was asked to be summed up; nil where nobody said.
  public let sums: [GroupSum]?
  /// How many groups are shown; nil is all.
  public var top: Int?

  /// In the order of `order`, where it has any keys.
  public init(
    _ listing: Listing, by groupings: [Grouping], sums: [GroupSum]? = nil,
    order: GroupOrder = GroupOrder(), top: Int? = nil
  ) {
    self.listing = listing
    self.groupings = groupings
    self.sums = sums
    self.top = top
    groups = listing.grouped(by: groupings)
    if !order.keys.isEmpty { sort(by: order) }
  }

  public var names: Names { listing.snapshot.names }

  /// Those that are shown.
  public var shown: ArraySlice<SocketGroup> { groups.prefix(top ?? groups.count) }
}

/// What groups are sorted by: columns of theirs, each ascending or descending.
public struct GroupOrder: Hashable, Sendable {
  public enum Column: Hashable, Sendable {
    case sockets
    case key(Grouping)
    case sum(GroupSum)
  }

  public struct Key: Hashable, Sendable {
    public let column: Column
    public let isDescending: Bool
  }

  public private(set) var keys: [Key] = []

  public init() {}

  /// Why a list of keys can't be used: the name that is no column.
  public struct Unknown: Error, Hashable, Sendable {
    public let name: String
    /// What there is.
    public let columns: [String]
  }

  /// Reads `-tx_bytes,process`: columns that are shown, with `-` in front for descending.
  public init(
    _ text: String, groupings: [Grouping], sums: [GroupSum]
  ) throws(Unknown) {
    let columns =
      groupings.map { ($0.name, Column.key($0)) } + [("sockets", .sockets)]
      + sums.map { ($0.name, Column.sum($0)) }
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      let typed = word.drop { $0 == "-" || $0 == "+" || $0 == " " }
        .lowercased().map { $0 == "-" ? "_" : $0 }
      let name = String(typed)
      let found = columns.first {
        $0.0 == name || $0.0 == Field(name)?.name || name == "count" && $0.0 == "sockets"
      }
      guard let found else { throw Unknown(name: name, columns: columns.map(\.0)) }
      keys.append(Key(column: found.1, isDescending: word.hasPrefix("-")))
    }
  }
}

extension GroupedListing {
  /// Groups that are equal keep their order, and where a value is absent the group comes last in either
  /// direction.
  private mutating func sort(by order: GroupOrder) {
    for key in order.keys.reversed() {
      let ranks = groups.map { rank($0, key.column) }
      let sorted = groups.indices.sorted { a, b in
        let (x, y) = (ranks[a], ranks[b])
        if x == y { return a < b }
        if x == .absent || y == .absent { return y == .absent }
        return key.isDescending ? y < x : x < y
      }
      groups = sorted.map { groups[$0] }
    }
  }

  private func rank(_ group: SocketGroup, _ column: GroupOrder.Column) -> GroupRank {
    switch column {
    case .sockets: .number(UInt64(group.count))
    case .sum(let sum): group[sum].map { .number($0) } ?? .absent
    case .key(let grouping):
      groupings.firstIndex(of: grouping).map { rank(group.keys[$0]) } ?? .absent
    }
  }

  private func rank(_ key: SocketGroup.Key) -> GroupRank {
    switch key {
    case .process(let name), .named(let name): .text(name)
    case .pid(let pid): .number(UInt64(UInt32(bitPattern: pid)))
    case .owner(let process): .number(UInt64(UInt32(bitPattern: process.pid)))
    case .user(let uid?): names.users[uid].map { .text(Array($0.utf8)) } ?? .number(UInt64(uid))
    case .port(let port, let kind): .number(UInt64(port) << 8 | UInt64(kind.rawValue))
    case .address(let address): .address(address.family == .ipv4 ? 4 : 6, address.high, address.low)
    case .state(let state, let kind):
      state.name(kind).map { .text($0.bytes) } ?? .number(UInt64(state.rawValue))
    case .namespace(let inode):
      names.namespaces[inode].map { .text(Array($0.utf8)) } ?? .number(inode)
    case .numbered(let id): .number(id)
    case .hidden, .nobody, .unheld, .kernel, .ownersNotAsked, .user(nil), .unnamed, .unknown:
      .absent
    }
  }
}

/// What a column of a group is compared by: numbers before addresses before text.
private enum GroupRank: Comparable {
  case number(UInt64)
  case address(UInt8, UInt64, UInt64)
  case text([UInt8])
  case absent

  static func < (a: GroupRank, b: GroupRank) -> Bool {
    switch (a, b) {
    case (.number(let x), .number(let y)): x < y
    case (.address(let x, let xHigh, let xLow), .address(let y, let yHigh, let yLow)):
      (x, xHigh, xLow) < (y, yHigh, yLow)
    case (.text(let x), .text(let y)): x.lexicographicallyPrecedes(y)
    case (.number, _), (.address, _), (.text, _), (.absent, _): a.place < b.place
    }
  }

  private var place: Int {
    switch self {
    case .number: 0
    case .address: 1
    case .text: 2
    case .absent: 3
    }
  }
}
