internal import KernelFormats
internal import LinuxSystem
public import SocketModel

/// Reads the socket tables of a proc filesystem as text: `net/tcp`, `tcp6`, `udp`, `udp6` and others.
///
/// It works everywhere, also where netlink is blocked, and from any directory that looks like /proc. It
/// can't tell v6only, cookies, interfaces or a listener's backlog limit.
public struct ProcSource: SocketBackend {
  /// The directory of the tables.
  private let net: String
  private let byteOrder: ByteOrder
  private let ticksPerSecond: Int

  /// `byteOrder` is that of the machine whose tables they are.
  public init(root: String = "/proc") {
    self.init(root: root, byteOrder: .machine)
  }

  init(root: String, byteOrder: ByteOrder) {
    self.init(net: ProcRoot.netFolder(ProcRoot.normalized(root)), byteOrder: byteOrder)
  }

  /// Our own tables, as the calling thread has them: those of its network namespace.
  static let ofThread = ProcSource(net: "/proc/thread-self/net", byteOrder: .machine)

  private init(net: String, byteOrder: ByteOrder) {
    self.net = net
    self.byteOrder = byteOrder
    ticksPerSecond = clockTicksPerSecond()
  }

  /// The rows that the query asks for.
  ///
  /// A missing table is no error while another is there: a kernel without IPv6 has no `tcp6`. One
  /// that is there and can't be read is, since rows would be missing.
  public func read(_ query: Query) throws(SourceError) -> SocketTable {
    try read(query, reusing: SocketTable())
  }

  private func read(
    _ query: Query, reusing table: consuming SocketTable
  ) throws(SourceError) -> SocketTable {
    var missing: [String] = []
    var absent: SocketKindSet = []
    var found = 0
    for file in ProcNetFile.asked(by: query) {
      let path = net + "/" + file.name
      guard let opened = try Self.open(path) else {
        if file.mayBeMissing { continue }
        if !SocketKindSet.all.isSuperset(of: file.kinds), isWithout(file.kinds) {
          absent.formUnion(file.kinds)
        } else {
          missing.append(path)
        }
        continue
      }
      found += 1
      try append(to: &table, path: path, opened, file.kinds, query)
    }
    if found == 0 && absent.isEmpty { try Self.expectNothing(in: net, missing: missing) }
    if query.protocols.contains(.mptcp), isWithout(.mptcp) { absent.insert(.mptcp) }
    if query.protocols.contains(.mptcp), !absent.contains(.mptcp) {
      table.gap = .unlisted(.mptcp, inProc: true)
    }
    table.hasOtherKinds = !query.protocols.isSubset(of: .all)
    table.removeRepeatedRows()
    table.gap = missing.first.map(ReadGap.missingTable) ?? table.gap
    table.notices += missing.map { .warning("\($0) is missing: its sockets are not shown") }
    if !absent.isEmpty {
      let isAll = query.protocols.subtracting(absent).isEmpty
      let sentence = "this kernel has no \(absent.words) sockets"
      table.notices.append(isAll ? .warning(sentence) : .remark(sentence))
    }
    table.unknown = query.needs.intersection(Self.unanswerable(query.protocols))
    // Those of other sockets are found among their rows.
    if query.protocols.isDisjoint(with: .unix) { table.unknown.remove(.peers) }
    if query.admitsBound { table.boundGap = .proc }
    if let notice = Self.unanswered(table.unknown, lacksBound: query.isOfBoundAlone) {
      table.notices.append(notice)
    }
    return table
  }

  /// The rows of kinds of which netlink tells nothing, beside those of which it does: what is not told of
  /// these rows is told of the others. Nothing else is worth less for a table that can't be read.
  func readOthers(_ query: Query) throws(SourceError) -> SocketTable {
    var table: SocketTable
    do throws(SourceError) {
      table = try read(query)
    } catch {
      guard case .unreadable(let path, let reason) = error else { throw error }
      table = SocketTable()
      table.gap = .missingTable(path)
      table.notices.append(.warning("\(path): \(reason): its sockets are not shown"))
    }
    (table.unknown, table.unknownInProc) = ([], table.unknown)
    table.notices.removeAll { $0 == Self.unanswered(table.unknownInProc, lacksBound: false) }
    return table
  }

  /// Whether the kernel has registered none of these protocols (`net/protocols`), so that there can be no
  /// such socket; false where that can't be seen.
  private func isWithout(_ kinds: SocketKindSet) -> Bool {
    guard let registered = RegisteredProtocols(of: net + "/protocols") else { return false }
    return kinds.kinds.allSatisfy { registered[ProcNetFile.registeredName(of: $0)] == nil }
  }

  var origin: String { net }

  func begin(
    _ query: Query, reusing table: consuming SocketTable
  ) throws(SourceError) -> any SocketReading {
    FinishedReading(try read(query, reusing: table))
  }

  /// Nil where there is no such file.
  private static func open(_ path: String) throws(SourceError) -> FileDescriptor? {
    do throws(FileFailure) {
      return try FileDescriptor.open(named: path)
    } catch {
      switch error {
      case .system(.noSuchFile): return nil
      case .system(let errno): throw .unreadable(path: path, errno)
      case .kind, .tooLarge: throw .unsuitable(path: path, error)
      }
    }
  }

  /// The one error where there is no table at all. Only the IPv6 tables may be missing, from a
  /// directory that is there.
  private static func expectNothing(in net: String, missing: [String]) throws(SourceError) {
    do throws(Errno) {
      _ = try FileDescriptor.open(net, [.readOnly, .directory])
    } catch {
      throw .unreadable(path: net, error)
    }
    if let table = missing.first { throw .unreadable(path: table, .noSuchFile) }
  }

  /// Reads a table to its end, piece by piece: a million rows are 160 MB of text.
  private func append(
    to table: inout SocketTable, path: String, _ file: borrowing FileDescriptor,
    _ kinds: SocketKindSet, _ query: Query
  ) throws(SourceError) {
    if kinds == .unix { return try appendUnix(to: &table, path: path, file, query) }
    if kinds == .packet {
      return try appendLines(to: &table, path: path, file, ProcNetPacket.row, query)
    }
    if kinds == .netlink {
      return try appendLines(to: &table, path: path, file, ProcNetNetlink.row, query)
    }
    for kind in kinds.kinds { try append(to: &table, path: path, file, kind, query) }
  }

  private func append(
    to table: inout SocketTable, path: String, _ file: borrowing FileDescriptor,
    _ kind: SocketKind, _ query: Query
  ) throws(SourceError) {
    let wantsDetails = !query.needs.isDisjoint(with: .details)
    var parser = ProcNetTable(
      kind, byteOrder: byteOrder, ticksPerSecond: ticksPerSecond, keepsTails: wantsDetails)
    var text: [UInt8] = []
    var rows: [Socket] = []
    var tails: [ProcNetTail] = []
    var isLast = false
    var length = 0
    while !isLast {
      let kept = text.count
      do throws(Errno) {
        isLast = try Self.fill(&text, from: file)
      } catch {
        throw .unreadable(path: path, error)
      }
      length += text.count - kept
      if length > Self.longest { throw .unsuitable(path: path, .tooLarge(limit: Self.longest)) }
      // No line is as long as a piece: what has no newline then is not a table.
      let used = parser.parse(
        text.span, isLast: isLast || text.count >= 2 * Self.piece, into: &rows, tails: &tails)
      text.removeSubrange(..<used)
      if !kind.hasIPv4InIPv6 {
        for index in rows.indices { rows[index].takeProtocol() }
      }
      for (index, socket) in rows.enumerated()
      where query.admits(socket) && query.pushdown.admits(socket) {
        if wantsDetails {
          let attributes = tails[index].attributes(of: socket, for: query.needs)
          table.append(socket, attributes: attributes.span)
        } else {
          table.append(socket)
        }
      }
      rows.removeAll(keepingCapacity: true)
      tails.removeAll(keepingCapacity: true)
    }
    table.unread += parser.malformed.count
    if let notice = Self.notice(parser.malformed, path) { table.notices.append(notice) }
  }

  private func appendUnix(
    to table: inout SocketTable, path: String, _ file: borrowing FileDescriptor, _ query: Query
  ) throws(SourceError) {
    var parser = ProcNetUnix()
    try Self.readPieces(path, file) { parser.append($0) }
    parser.finish()
    var names: [UInt64: String] = [:]
    for row in parser.rows {
      let socket = row.socket
      if let name = row.name, let number = socket.local.number { names[number] = name.text }
      // Netlink leaves out what has no inode: ends that wait to be accepted.
      let isTold = socket.inode != 0 || query.isVerbatim
      if isTold, query.admits(socket), query.pushdown.admits(socket) {
        table.append(socket, for: query, references: [row.references, row.flags, row.state])
      }
    }
    table.unixNames = names
    table.unread += parser.unread
    if parser.unread > 0 {
      let sockets = parser.unread == 1 ? "1 socket" : "\(parser.unread) sockets"
      table.notices.append(
        .warning("\(path): \(sockets) left out, with a newline in the name; netlink shows them"))
    }
  }

  private func appendLines(
    to table: inout SocketTable, path: String, _ file: borrowing FileDescriptor,
    _ row: @escaping ProcNetLines.RowParser, _ query: Query
  ) throws(SourceError) {
    var parser = ProcNetLines(row)
    try Self.readPieces(path, file) { parser.append($0) }
    parser.finish()
    for socket in parser.rows where query.admits(socket) { table.append(socket, for: query) }
    table.unread += parser.unread
    if parser.unread > 0 {
      let lines = parser.unread == 1 ? "1 line" : "\(parser.unread) lines"
      table.notices.append(.warning("\(path): \(lines) can't be read, and skipped"))
    }
  }

  private static func readPieces(
    _ path: String, _ file: borrowing FileDescriptor, _ take: (Span<UInt8>) -> Void
  ) throws(SourceError) {
    var text: [UInt8] = []
    var isLast = false
    var length = 0
    while !isLast {
      do throws(Errno) {
        isLast = try fill(&text, from: file)
      } catch {
        throw .unreadable(path: path, error)
      }
      length += text.count
      if length > longest { throw .unsuitable(path: path, .tooLarge(limit: longest)) }
      take(text.span)
      text.removeAll(keepingCapacity: true)
    }
  }

  /// The kernel gives about a page a read, whatever is asked: several make a piece. True at the end.
  private static func fill(
    _ text: inout [UInt8], from file: borrowing FileDescriptor
  ) throws(Errno) -> Bool {
    let full = text.count + piece
    while text.count < full {
      if try file.read(appendingTo: &text, atMost: 1 << 16) == 0 { return true }
    }
    return false
  }

  private static let piece = 1 << 18

  /// 14 million rows: a file in a directory that somebody made may have no end.
  private static let longest = 1 << 31
}

extension ProcSource {
  /// One sentence a file: `/proc/net/tcp line 12: bad local_address 'xyz'; 1 line skipped`.
  static func notice(_ malformed: MalformedLines, _ path: String) -> Notice? {
    guard malformed.count > 0 else { return nil }
    let lines = malformed.first.map { bad in
      bad.text.isEmpty
        ? "line \(bad.line): no \(bad.column.rawValue)"
        : "line \(bad.line): bad \(bad.column.rawValue) '\(String(decoding: bad.text, as: UTF8.self))'"
    }
    let examples = lines.joined(separator: ", ")
    let skipped = malformed.count == 1 ? "1 line" : "\(malformed.count) lines"
    return .warning("\(path) \(examples); \(skipped) skipped")
  }

  /// What /proc does not tell, or not all of.
  private static func unanswerable(_ kinds: SocketKindSet) -> Projection {
    var projection: Projection = [.details, .cookies]
    if !kinds.isDisjoint(with: .withAddresses) { projection.formUnion([.interfaces, .v6only]) }
    if !kinds.isDisjoint(with: .unix) { projection.insert(.peers) }
    return projection
  }

  static func unanswered(_ needs: Projection, lacksBound: Bool) -> Notice? {
    var names = lacksBound ? ["sockets that are only bound"] : []
    for field in Field.all {
      let missing = field.needs.intersection(unanswerable(.every))
      if missing.isEmpty || !needs.isSuperset(of: missing) { continue }
      let name =
        switch field.needs {
        case .tcpInfo: "most of tcp_info"
        case .memory: "socket memory"
        default: field.group ?? field.name
        }
      if !names.contains(name) { names.append(name) }
    }
    if names.isEmpty { return nil }
    return .warning("/proc does not tell \(names.joined(separator: ", ")): --source diag does")
  }
}
