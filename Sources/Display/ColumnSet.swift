public import SocketModel

/// The columns of a table, from left to right, each once.
public struct ColumnSet: Hashable, Sendable {
  public private(set) var columns: [Column]

  /// Repeats are left out.
  public init(_ columns: [Column]) {
    var seen: Set<Column> = []
    self.columns = columns.filter { seen.insert($0).inserted }
  }

  /// What `netstat` shows, and what `-o -e -i -m` add; the owners last, since they are the widest.
  public static func standard(_ sections: Sections = [], process: Bool = true) -> ColumnSet {
    var columns: [Column] = [.field(.proto), .local, .remote, .queue, .field(.state)]
    if sections.contains(.namespace) { columns.append(.field(.netnsName)) }
    if sections.contains(.timer) { columns.append(.field(.timer)) }
    if sections.isSuperset(of: .extended) {
      columns += [.user, .inode, .cookie, .interface, .v6only, .tos, .cgroup].map { .field($0) }
    }
    if sections.isSuperset(of: .internals) {
      columns += [
        .tcpInfo(.rtt), .tcpInfo(.snd_cwnd), .tcpInfo(.total_retrans), .txBytes, .rxBytes,
        .congestion,
      ].map { .field($0) }
    }
    if sections.contains(.memory) {
      columns += [MemoryMember.rmem_alloc, .rcvbuf, .wmem_alloc, .sndbuf, .drops].map {
        .field(.memory($0))
      }
    }
    if process { columns.append(.process) }
    return ColumnSet(columns)
  }

  /// The same with every field of the sections, for rows that have room (`--long`).
  public func adding(all sections: Sections) -> ColumnSet {
    ColumnSet(columns + sections.fields.map { .field($0) })
  }

  /// The same with these fields as far as no column shows them yet, before the owners.
  public func showing(_ fields: [Field]) -> ColumnSet {
    // What the ends and the owners show, or would show if they were there.
    let shown = Set(self.fields).union([
      .family, .interface, .pid, .process, .ownerStatus, .owners, .localPath, .remotePath, .peerPID,
      .peerProcess, .subprotocol, .netlinkPort,
    ])
    let added = fields.filter { !shown.contains($0) }.map { Column.field($0) }
    let owners = columns.last == .process ? 1 : 0
    return ColumnSet(columns.dropLast(owners) + added + columns.suffix(owners))
  }

  public func contains(_ column: Column) -> Bool { columns.contains(column) }

  /// What a Query must ask for so that all columns are there.
  public var needs: Projection { columns.reduce(into: []) { $0.formUnion($1.needs) } }

  /// The sections of JSON that hold what the columns show.
  public var sections: Sections {
    columns.reduce(into: []) { sections, column in
      if case .field(let field) = column { sections.formUnion(field.section) }
    }
  }
}

/// Why a list of columns can't be used.
public enum ColumnError: Error, Hashable, Sendable {
  case unknown(String, nearest: String?)
  /// An empty name, or nothing is left.
  case empty
}

extension ColumnSet {
  /// What `--columns` says: `rtt,user` is the whole list; `+rtt` adds to `standard` and `-process`
  /// drops from it. Once a word has a sign all are changes, and one without is added. An added column comes before the owners.
  public init(_ text: String, standard: ColumnSet) throws(ColumnError) {
    let words = Self.words(text)
    let isWholeList = Self.isWholeList(text)
    var columns = isWholeList ? [] : standard.columns
    for word in words {
      let isDropped = word.hasPrefix("-")
      let name = isDropped || word.hasPrefix("+") ? word.dropFirst() : word
      let column = try Self.column(String(name))
      if isDropped {
        columns.removeAll { $0 == column }
      } else if !columns.contains(column) {
        let end = !isWholeList && columns.last == .process ? columns.count - 1 : columns.count
        columns.insert(column, at: end)
      }
    }
    if columns.isEmpty { throw .empty }
    self.init(columns)
  }

  /// Whether the text names every column, and does not change the default.
  public static func isWholeList(_ text: String) -> Bool {
    words(text).allSatisfy { !$0.hasPrefix("+") && !$0.hasPrefix("-") }
  }

  private static func words(_ text: String) -> [Substring] {
    text.split(separator: ",", omittingEmptySubsequences: false).map { $0.drop { $0 == " " } }
  }

  private static func column(_ word: String) throws(ColumnError) -> Column {
    let name = word.filter { $0 != " " }
    if name.isEmpty { throw .empty }
    if let column = Column(name) { return column }
    let known = Column.all.flatMap { [$0.name] + $0.aliases }
    throw .unknown(name, nearest: nearest(to: name, among: known))
  }
}
