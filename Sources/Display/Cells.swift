public import SocketModel

/// A listing's cells: what is in each column of each row, as text.
///
/// Made once a listing: names are escaped and owners resolved once a row, before the first cell is
/// written. A row is named by its position in `Listing.rows`.
public struct Cells: Sendable {
  public let listing: Listing
  public let columns: ColumnSet

  var names = LabelPool()
  var commands = LabelPool()
  var owners: [RowOwner] = []
  var services = ServiceLabels(.numeric)
  var hosts = Labels<IPAddress>()
  var labels = Labels<NamedThing>()
  var texts = Labels<ShortText>()
  var processes = Labels<ProcessKey>()
  var commandLines = Labels<ProcessKey>()
  var descriptors: [LabelPool.ID] = []
  /// Of unix sockets.
  var socketNames = Labels<NamedThing>()
  /// One for each column.
  private let renderers: [Renderer]

  /// What writes a column's cells. The default columns' are written by hand; the others are what the
  /// catalogue reads.
  enum Renderer {
    case proto, local, remote, queue, state, process, timer
    case field(FieldReader)

    init(_ column: Column) {
      switch column {
      case .local: self = .local
      case .remote: self = .remote
      case .queue: self = .queue
      case .process: self = .process
      case .field(.proto): self = .proto
      case .field(.state): self = .state
      case .field(.timer): self = .timer
      case .field(let field): self = .field(FieldReader(field))
      }
    }
  }

  /// A row's first owner; pid 0 where none is known.
  struct RowOwner {
    var pid: Int32 = 0
    var others: UInt32 = 0
    var name: LabelPool.ID?
    let status: OwnerStatus
    /// Of the socket's cgroup.
    var place = Place.none
  }

  /// What is said of a row's cgroup with its owner.
  enum Place {
    case none
    case container(LabelPool.ID)
    /// Where the owner is hidden, and in no container.
    case unit(LabelPool.ID)
  }

  func ownerStatus(_ row: Int) -> OwnerStatus { owners.isEmpty ? .notAsked : owners[row].status }

  /// Only what the columns need is resolved.
  public init(_ listing: Listing, _ columns: ColumnSet, numbers: NumberStyle = .wellKnown) {
    self.listing = listing
    self.columns = columns
    renderers = columns.columns.map(Renderer.init)
    resolve(numbers)
  }

  public var count: Int { listing.rows.count }

  var hasHosts: Bool { !listing.snapshot.names.hosts.isEmpty }

  /// The most bytes that a cell of the column takes, its colour included.
  public func capacity(_ column: Column) -> Int {
    column == .field(.command) ? 16 + commands.longest : 96 + 3 * names.longest
  }

  /// Appends a cell; returns the columns of a terminal that it takes.
  public func write(_ column: Column, row: Int, to out: inout OutputSpan<UInt8>) -> Int {
    let socket = listing[row].socket
    guard let index = columns.columns.firstIndex(of: column) else { return 0 }
    return write(at: index, row: row, socket, to: &out)
  }

  /// The same for the column at a position.
  @inline(__always)
  func write(
    at column: Int, row: Int, _ socket: Socket, to out: inout OutputSpan<UInt8>
  ) -> Int {
    switch renderers[column] {
    case .proto: return writeProtocol(socket, to: &out)
    case .local: return writeLocal(socket, to: &out)
    case .remote: return writeRemote(socket, to: &out)
    case .queue: return writeQueue(socket, to: &out)
    case .state: return writeState(socket, to: &out)
    case .process: return writeProcess(row, to: &out)
    case .timer: return writeTimer(socket.timer, to: &out)
    case .field(let field): return write(field, row, to: &out)
    }
  }

  /// A cell's bytes and the columns of a terminal that it takes.
  public func cell(
    _ column: Column, row: Int, in palette: Palette = .none
  ) -> (text: [UInt8], width: Int) {
    var width = 0
    let text = [UInt8](capacity: capacity(column)) {
      width = write(column, row: row, in: palette, to: &$0)
    }
    return (text, width)
  }
}

extension Cells {
  /// What the catalogue reads, as text. The protocol, the state and the timer have their own renderers.
  func write(
    _ field: FieldReader, _ row: Int, to out: inout OutputSpan<UInt8>
  ) -> Int {
    switch field.value(of: listing[row]) {
    case .absent, .unknown: return writeAbsent(to: &out)
    case .number(let number): return write(number: number, to: &out)
    case .flag(let flag):
      let start = out.count
      out.append(flag ? StaticASCII.yes : .no)
      return out.count - start
    case .address(let address):
      let start = out.count
      address.write(to: &out)
      return out.count - start
    case .word(let word): return write(word: word, to: &out)
    case .text(let text): return texts[text].map { names.write($0, to: &out) } ?? 0
    case .name(let thing): return write(thing, to: &out)
    case .descriptors: return names.write(descriptors[row], to: &out)
    case .owners: return writeProcess(row, to: &out)
    }
  }

  /// A name; the number of what has none.
  private func write(_ thing: NamedThing, to out: inout OutputSpan<UInt8>) -> Int {
    if case .command(let process) = thing {
      return commandLines[process].map { commands.write($0, to: &out) } ?? writeAbsent(to: &out)
    }
    if let label = labels[thing] { return names.write(label, to: &out) }
    return thing.number.map { write(number: $0, to: &out) } ?? writeAbsent(to: &out)
  }

  private func writeProtocol(_ socket: Socket, to out: inout OutputSpan<UInt8>) -> Int {
    write(word: socket.kind.name, to: &out)
  }

  /// The state's name; the number of one that has none.
  private func writeState(_ socket: Socket, to out: inout OutputSpan<UInt8>) -> Int {
    if let name = socket.state.name(socket.kind) { return write(word: name, to: &out) }
    return write(number: UInt64(socket.state.rawValue), to: &out)
  }

  /// A number, `-` where it is unknown or the row has none.
  func write(number: UInt64?, to out: inout OutputSpan<UInt8>) -> Int {
    guard let number else { return writeAbsent(to: &out) }
    let start = out.count
    out.append(decimal: number)
    return out.count - start
  }

  func writeAbsent(to out: inout OutputSpan<UInt8>) -> Int {
    out.append(UInt8(ascii: "-"))
    return 1
  }

  @inline(__always)
  func write(word: ShortText, to out: inout OutputSpan<UInt8>) -> Int {
    let count = word.count
    for index in 0..<count { out.append(word[index]) }
    return count
  }

  /// A short plain text of our own.
  func write(text: String, to out: inout OutputSpan<UInt8>) -> Int {
    let start = out.count
    for byte in text.utf8 { out.append(byte) }
    return out.count - start
  }
}

extension Cells {
  /// The local end. An IPv6 wildcard is `*` where IPv4 reaches it as well, `[::]` where it does not,
  /// and `[::]:443 (v4?)` where the source can't tell (/proc).
  private func writeLocal(_ socket: Socket, to out: inout OutputSpan<UInt8>) -> Int {
    if socket.hasOtherEnds { return writeOtherLocal(socket, to: &out) }
    guard socket.isDualStackWildcard else {
      return writeEnd(socket.local, of: socket, zone: socket.interfaceKey, to: &out)
    }
    let isKnown = socket.v6Only == .no
    var width = 0
    if isKnown {
      out.append(UInt8(ascii: "*"))
      width = 1 + writeZone(socket.interfaceKey, to: &out)
    } else {
      width = writeAddress(socket.local, zone: socket.interfaceKey, to: &out)
    }
    width += writePort(socket.local.port, of: socket, to: &out)
    if !isKnown {
      out.append(Self.perhapsIPv4)
      width += Self.perhapsIPv4.count
    }
    return width
  }

  private static let perhapsIPv4: StaticASCII = " (v4?)"

  /// The remote end: `*:*` where it is not connected. A link-local address has the zone of the
  /// socket (RFC 4007).
  private func writeRemote(_ socket: Socket, to out: inout OutputSpan<UInt8>) -> Int {
    let remote = socket.remote
    if socket.kind.isUnix { return writePeer(socket, to: &out) }
    if socket.hasOtherEnds { return writeOtherRemote(socket, to: &out) }
    if remote.isUnspecified {
      out.append(UInt8(ascii: "*"))
      return 1 + writePort(remote.port, of: socket, to: &out)
    }
    let zone = remote.address?.isLinkLocal ?? false ? socket.interfaceKey : nil
    return writeEnd(remote, of: socket, zone: zone, to: &out)
  }

  @inline(__always)
  private func writeEnd(
    _ end: Endpoint, of socket: Socket, zone: InterfaceKey?, to out: inout OutputSpan<UInt8>
  ) -> Int {
    writeAddressOnly(end, zone: zone, to: &out) + writePort(end.port, of: socket, to: &out)
  }

  /// The host's name where it was asked for.
  @inline(__always)
  func writeAddressOnly(
    _ end: Endpoint, zone: InterfaceKey?, to out: inout OutputSpan<UInt8>
  ) -> Int {
    if hasHosts, let address = end.address, let host = hosts[address] {
      return names.write(host, to: &out) + writeZone(zone, to: &out)
    }
    return writeAddress(end, zone: zone, to: &out)
  }

  /// The address, in brackets where it is IPv6, with its zone inside them.
  private func writeAddress(
    _ end: Endpoint, zone: InterfaceKey?, to out: inout OutputSpan<UInt8>
  ) -> Int {
    guard let address = end.address else { return writeAbsent(to: &out) }
    let start = out.count
    let isBracketed = address.family == .ipv6
    if isBracketed { out.append(UInt8(ascii: "[")) }
    address.write(to: &out)
    var width = out.count - start + writeZone(zone, to: &out)
    if isBracketed {
      out.append(UInt8(ascii: "]"))
      width += 1
    }
    return width
  }

  @inline(__always)
  private func writeZone(_ zone: InterfaceKey?, to out: inout OutputSpan<UInt8>) -> Int {
    guard let zone else { return 0 }
    return writeName(of: zone, to: &out)
  }

  private func writeName(of zone: InterfaceKey, to out: inout OutputSpan<UInt8>) -> Int {
    guard let name = labels[.interface(zone)] else { return 0 }
    out.append(UInt8(ascii: "%"))
    return 1 + names.write(name, to: &out)
  }

  @inline(__always)
  private func writePort(
    _ port: UInt16, of socket: Socket, to out: inout OutputSpan<UInt8>
  ) -> Int {
    let start = out.count
    out.append(UInt8(ascii: ":"))
    if port == 0 {
      out.append(UInt8(ascii: "*"))
    } else if let service = services.id(port, socket.kind) {
      return 1 + names.write(service, to: &out)
    } else {
      out.append(port: port)
    }
    return out.count - start
  }
}

extension Cells {
  /// Bytes not read / not acknowledged, `-` for neither; of a listener connections waiting / limit,
  /// with `!` when it is full and `?` for a limit that /proc does not tell.
  private func writeQueue(_ socket: Socket, to out: inout OutputSpan<UInt8>) -> Int {
    let isListener = socket.isListener
    if socket.isOfUnixTable { return writeAbsent(to: &out) }
    if !isListener && socket.receiveQueue | socket.sendQueue == 0 { return writeAbsent(to: &out) }
    let start = out.count
    out.append(decimal: UInt64(socket.receiveQueue))
    out.append(UInt8(ascii: "/"))
    if isListener && !socket.knowsQueueLimit {
      out.append(UInt8(ascii: "?"))
    } else {
      out.append(decimal: UInt64(socket.sendQueue))
    }
    if socket.isQueueFull { out.append(UInt8(ascii: "!")) }
    return out.count - start
  }
}

extension Cells {
  /// `812/sshd`, `812/sshd (+4)`, `812/sshd (+?)` where others may hold it whom we may not see,
  /// `812/java (queued)`, `no descriptor` where no process has one, `-` for nobody,
  /// `? (root, ssh.service)` for somebody that we may not see, `812/java [web]` and `? (root) [web]` for
  /// one in a container; empty where owners were not asked.
  private func writeProcess(_ row: Int, to out: inout OutputSpan<UInt8>) -> Int {
    switch ownerStatus(row) {
    case .notAsked: return 0
    case .none:
      out.append(UInt8(ascii: "-"))
      return 1
    case .unheld: return write(text: "no descriptor", to: &out)
    case .kernel: return write(text: "kernel", to: &out)
    case .hidden: return writeHidden(row, to: &out)
    case .known: return writeOwner(owners[row], mark: nil, to: &out)
    case .partial:
      return writeOwner(owners[row], mark: owners[row].others > 0 ? "?" : "+?", to: &out)
    case .queued: return writeOwner(owners[row], mark: "queued", to: &out)
    }
  }

  private func writeOwner(
    _ owner: RowOwner, mark: StaticASCII?, to out: inout OutputSpan<UInt8>
  ) -> Int {
    let start = out.count
    var surplus = 0
    if owner.pid == 0 {
      out.append(UInt8(ascii: "?"))
    } else {
      out.append(decimal: UInt64(UInt32(bitPattern: owner.pid)))
      if let name = owner.name {
        out.append(UInt8(ascii: "/"))
        let before = out.count
        let width = names.write(name, to: &out)
        surplus = out.count - before - width
      }
    }
    if owner.others > 0 || mark != nil {
      out.append(Self.opening)
      if owner.others > 0 {
        out.append(UInt8(ascii: "+"))
        out.append(decimal: UInt64(owner.others))
        if mark != nil { out.append(Self.comma) }
      }
      if let mark { out.append(mark) }
      out.append(UInt8(ascii: ")"))
    }
    let width = out.count - start - surplus
    return width + writeContainer(owner.place, to: &out)
  }

  private func writeContainer(_ place: Place, to out: inout OutputSpan<UInt8>) -> Int {
    guard case .container(let container) = place else { return 0 }
    out.append(Self.openingContainer)
    let width = names.write(container, to: &out)
    out.append(UInt8(ascii: "]"))
    return width + 3
  }

  private static let opening: StaticASCII = " ("
  private static let openingContainer: StaticASCII = " ["
  private static let comma: StaticASCII = ", "

  private func writeHidden(_ row: Int, to out: inout OutputSpan<UInt8>) -> Int {
    out.append(UInt8(ascii: "?"))
    let socket = listing[row].socket
    let place = owners[row].place
    var width = 1
    if socket.uid != nil {
      out.append(Self.opening)
      width += 3 + writeUser(socket, to: &out)
      if case .unit(let unit) = place {
        out.append(Self.comma)
        width += 2 + names.write(unit, to: &out)
      }
      out.append(UInt8(ascii: ")"))
    }
    return width + writeContainer(place, to: &out)
  }

  /// The user's name, or the number where it has none.
  private func writeUser(_ socket: Socket, to out: inout OutputSpan<UInt8>) -> Int {
    guard let uid = socket.uid else { return writeAbsent(to: &out) }
    if let name = labels[.user(uid)] { return names.write(name, to: &out) }
    return write(number: UInt64(uid), to: &out)
  }
}

extension Cells {
  /// The width of each column by its content; at least its header's where there is one.
  public func widths(header: Bool = true) -> [Int] {
    var widths = headerWidths(header)
    forEachWidth { _, column, width in
      if width > widths[column] { widths[column] = width }
    }
    return widths
  }

  func headerWidths(_ header: Bool) -> [Int] {
    columns.columns.map { header ? $0.title.utf8.count : 0 }
  }

  /// Calls `body` with row, column and width of each cell. One pass, all columns of a row: to fetch a
  /// row is dearer than to measure it.
  @inline(__always)
  func forEachWidth(_ body: (Int, Int, Int) -> Void) {
    let columns = columns.columns
    _ = [UInt8](capacity: columns.map(capacity).max() ?? 0) { out in
      for row in 0..<count {
        let socket = listing[row].socket
        for index in columns.indices {
          if let width = plainWidth(columns[index], row, socket) {
            body(row, index, width)
          } else {
            body(row, index, write(at: index, row: row, socket, to: &out))
            out.removeAll()
          }
        }
      }
    }
  }

  /// The width of a cell, told without writing it; nil where that is not easy.
  @inline(__always)
  func plainWidth(_ column: Column, _ row: Int, _ socket: Socket) -> Int? {
    switch column {
    case .field(.proto): socket.kind.name.count
    case .field(.state): socket.state.name(socket.kind)?.count
    case .local: socket.interface == 0 ? plainWidth(socket.local, socket) : nil
    case .remote: socket.remote.isUnspecified ? nil : plainWidth(socket.remote, socket)
    case .process: plainProcessWidth(row)
    case .queue, .field: nil
    }
  }

  private func plainProcessWidth(_ row: Int) -> Int? {
    guard ownerStatus(row) == .known else { return nil }
    let owner = owners[row]
    guard owner.others == 0, case .none = owner.place, let name = owner.name else { return nil }
    return decimalLength(UInt32(bitPattern: owner.pid)) + 1 + names.width(name)
  }

  @inline(__always)
  private func plainWidth(_ end: Endpoint, _ socket: Socket) -> Int? {
    guard let bits = end.v4, !hasHosts, end.port != 0 else { return nil }
    let service = services.id(end.port, socket.kind)
    return decimalLength(bits >> 24) + decimalLength(bits >> 16 & 255)
      + decimalLength(bits >> 8 & 255) + decimalLength(bits & 255) + 4
      + (service.map { names.width($0) } ?? decimalLength(UInt32(end.port)))
  }
}

/// The number of a number's digits.
@inline(__always)
private func decimalLength(_ value: UInt32) -> Int {
  if value < 10 { return 1 }
  if value < 100 { return 2 }
  if value < 1000 { return 3 }
  if value < 10_000 { return 4 }
  if value < 100_000 { return 5 }
  var length = 5
  var rest = value / 100_000
  while rest > 0 {
    length += 1
    rest /= 10
  }
  return length
}
