public import SocketModel

extension SSForm: ListingRenderer {
  public func rendering(_ listing: Listing) -> Rendering {
    let line = SSLine(self, listing)
    var rendering = Rendering(rows: listing.count) { line.append($0, to: &$1) }
    if hasHeader { rendering.head = line.header }
    return rendering
  }
}

/// A line of a listing. A class, for a structure is copied for each row, and each of its references counted.
private final class SSLine: Sendable {
  private let form: SSForm
  private let listing: Listing
  private let labels: SSLabels
  private let columns: [Column]
  /// Of the columns up to the other end's port.
  private let widths: [Int]

  private init(
    _ form: SSForm, _ listing: Listing, _ labels: SSLabels, _ columns: [Column], widths: [Int]
  ) {
    self.form = form
    self.listing = listing
    self.labels = labels
    self.columns = columns
    self.widths = widths
  }

  convenience init(_ form: SSForm, _ listing: Listing) {
    let labels = SSLabels(form, listing)
    let columns = Column.allCases.filter {
      $0 == .netid ? form.hasNetid : $0 == .state ? form.hasState : true
    }
    let unmeasured = SSLine(form, listing, labels, columns, widths: [])
    self.init(form, listing, labels, columns, widths: unmeasured.measured())
  }

  private enum Column: Int, CaseIterable {
    case netid, state, receiveQueue, sendQueue, local, localPort, remote, remotePort

    var title: StaticString {
      switch self {
      case .netid: "Netid"
      case .state: "State"
      case .receiveQueue: "Recv-Q"
      case .sendQueue: "Send-Q"
      case .local: "Local Address:"
      case .remote: "Peer Address:"
      case .localPort, .remotePort: "Port"
      }
    }

    var isRight: Bool { self == .local || self == .remote }

    /// A port follows its address at once.
    var isSeparate: Bool { self != .localPort && self != .remotePort }
  }

  /// The widest cell of each column. One pass: to fetch a row is dearer than to measure it.
  private func measured() -> [Int] {
    var widths = [Int](repeating: 0, count: Column.allCases.count)
    if form.hasHeader {
      for column in Column.allCases {
        widths[column.rawValue] = column.title.utf8CodeUnitCount
      }
    }
    let longest = labels.names.longest
    _ = [UInt8](capacity: 2 * longest + 128) { out in
      for row in 0..<listing.count {
        let socket = listing[row].socket
        for column in columns {
          write(column, socket, to: &out)
          if out.count > widths[column.rawValue] { widths[column.rawValue] = out.count }
          out.removeAll()
        }
      }
    }
    return widths
  }

  /// The most bytes of a line up to the other end's port.
  private var capacity: Int { widths.reduce(16) { $0 + $1 + 1 } }

  var header: [UInt8] {
    var line: [UInt8] = []
    for column in columns {
      let title = Array("\(column.title)".utf8)
      let padding = [UInt8](
        repeating: UInt8(ascii: " "), count: max(0, widths[column.rawValue] - title.count))
      if column.isSeparate && !line.isEmpty { line.append(UInt8(ascii: " ")) }
      line += column.isRight ? padding + title : title + padding
    }
    line.append("Process\n")
    return line
  }

  func append(_ row: Int, to out: inout [UInt8]) {
    let row = listing[row]
    let socket = row.socket
    out.append(addingCapacity: capacity) { out in
      for (index, column) in columns.enumerated() {
        if column.isSeparate && index > 0 { out.append(UInt8(ascii: " ")) }
        let start = out.count
        write(column, socket, to: &out)
        if column.isRight {
          out.alignRight(from: start, in: widths[column.rawValue])
        } else {
          out.append(spaces: widths[column.rawValue] - (out.count - start))
        }
      }
    }
    if form.showsProcesses { appendOwners(row, to: &out) }
    if form.showsTimers || form.showsDetails || form.showsInfo || form.showsMemory {
      SSDetails(form, row).append(to: &out)
    }
    while out.last == UInt8(ascii: " ") { out.removeLast() }
    out.append(UInt8(ascii: "\n"))
  }

  @inline(__always)
  private func write(_ column: Column, _ socket: Socket, to out: inout OutputSpan<UInt8>) {
    switch column {
    case .netid: out.append(socket.kind.name)
    case .state: out.append(socket.state.ssName)
    case .receiveQueue: writeQueue(socket.receiveQueue, to: &out)
    case .sendQueue: writeQueue(socket.sendQueue, to: &out)
    case .local: writeLocal(socket, to: &out)
    case .localPort:
      switch socket.kind.domain {
      case .unix: out.append(signed: UInt32(truncatingIfNeeded: socket.inode))
      case .link: writeInterface(socket, to: &out)
      case .internet, .netlink:
        if socket.kind == .raw { return writeProtocol(socket.subprotocol, to: &out) }
        writePort(socket.local.port, socket.kind, to: &out)
      }
    case .remote:
      switch socket.kind.domain {
      case .unix: out.append(StaticASCII.noName)
      case .link: out.append(UInt8(ascii: "*"))
      case .internet, .netlink:
        writeAddress(socket.remote, socket, to: &out)
        out.append(UInt8(ascii: ":"))
      }
    case .remotePort:
      switch socket.kind.domain {
      case .unix: out.append(signed: UInt32(truncatingIfNeeded: socket.peerInode ?? 0))
      case .link: break
      case .internet, .netlink: writePort(socket.remote.port, socket.kind, to: &out)
      }
    }
  }

  /// As `%-6d`.
  private func writeQueue(_ value: UInt32, to out: inout OutputSpan<UInt8>) {
    let start = out.count
    out.append(signed: value)
    out.append(spaces: 6 - (out.count - start))
  }

  /// What a packet socket gets: `*` for all, `arp`, with `-n` `[2054]`.
  private func writeEtherType(_ socket: Socket, to out: inout OutputSpan<UInt8>) {
    if socket.local.port == 3 { return out.append(UInt8(ascii: "*")) }
    if !form.isNumeric, let name = socket.toolEtherType { return out.append(name) }
    out.append(UInt8(ascii: "["))
    out.append(port: socket.local.port)
    out.append(UInt8(ascii: "]"))
  }

  private func writeInterface(_ socket: Socket, to out: inout OutputSpan<UInt8>) {
    guard let key = socket.interfaceKey, let name = labels.interfaces[key] else {
      return out.append(UInt8(ascii: "*"))
    }
    _ = labels.names.write(name, to: &out)
  }

  private func writeProtocol(_ number: UInt8, to out: inout OutputSpan<UInt8>) {
    if number == 0 { return out.append(UInt8(ascii: "*")) }
    if form.isNumeric { return out.append(decimal: UInt64(number)) }
    if let name = form.protocols[number] { return out.append(name[...]) }
    out.append(StaticASCII.ipProtocol)
    out.append(decimal: UInt64(number))
  }

  private func writeLocal(_ socket: Socket, to out: inout OutputSpan<UInt8>) {
    if socket.kind.domain == .link {
      writeEtherType(socket, to: &out)
      return out.append(UInt8(ascii: ":"))
    }
    if socket.kind.isUnix {
      guard let name = socket.local.unixName.flatMap({ labels.unixNames[$0] }) else {
        return out.append(StaticASCII.noName)
      }
      _ = labels.names.write(name, to: &out)
      return out.append(UInt8(ascii: " "))
    }
    writeAddress(socket.local, socket, to: &out)
    if let key = socket.interfaceKey, let name = labels.interfaces[key] {
      out.append(UInt8(ascii: "%"))
      _ = labels.names.write(name, to: &out)
    }
    out.append(UInt8(ascii: ":"))
  }

  /// `*` for any address of an IPv6 socket, unless it takes IPv6 alone.
  private func writeAddress(_ end: Endpoint, _ socket: Socket, to out: inout OutputSpan<UInt8>) {
    guard let address = end.address else { return }
    if end.kind == .ipv4 { return address.write(to: &out) }
    if end.isUnspecified && (socket.v6Only != .yes || socket.kind == .raw) {
      return out.append(UInt8(ascii: "*"))
    }
    out.append(UInt8(ascii: "["))
    address.write(to: &out)
    out.append(UInt8(ascii: "]"))
  }

  private func writePort(_ port: UInt16, _ kind: SocketKind, to out: inout OutputSpan<UInt8>) {
    if port == 0 {
      out.append(UInt8(ascii: "*"))
    } else if let service = labels.services.id(port, kind) {
      _ = labels.names.write(service, to: &out)
    } else {
      out.append(port: port)
    }
  }

  /// ` users:(("sshd",pid=812,fd=3))`, the last that was found first.
  private func appendOwners(_ row: Row, to out: inout [UInt8]) {
    // What nobody has accepted yet is nobody's to ss.
    if row.socket.inode == 0 || row.ownerSlot == OwnerIndex.none { return }
    // Most have one, which needs no array.
    var first: (ProcessKey, Int32)?
    var others: [(ProcessKey, Int32)] = []
    listing.snapshot.ownerIndex.forEachRecord(at: row.ownerSlot) { process, descriptor in
      guard let descriptor else { return }
      if first == nil {
        first = (process, descriptor)
      } else {
        others.append((process, descriptor))
      }
    }
    guard let first else { return }
    out.append(addingCapacity: 10 + (others.count + 1) * (labels.names.longest + 16)) { out in
      out.append(StaticASCII.users)
      for (process, descriptor) in others.reversed() {
        write(process, descriptor, to: &out)
        out.append(UInt8(ascii: ","))
      }
      write(first.0, first.1, to: &out)
      out.append(UInt8(ascii: ")"))
    }
  }

  private func write(
    _ process: ProcessKey, _ descriptor: Int32, to out: inout OutputSpan<UInt8>
  ) {
    if let name = labels.processes[process] { _ = labels.names.write(name, to: &out) }
    out.append(decimal: UInt64(UInt32(bitPattern: descriptor)))
    out.append(UInt8(ascii: ")"))
  }
}

/// The names of a listing, all ready before the first line is written.
private struct SSLabels: Sendable {
  var names = LabelPool()
  var unixNames = Labels<NamedThing>()
  var interfaces = Labels<InterfaceKey>()
  var processes = Labels<ProcessKey>()
  var services: ServiceLabels

  init(_ form: SSForm, _ listing: Listing) {
    services = ServiceLabels(form.isNumeric ? .numeric : .all)
    let snapshot = listing.snapshot
    for row in listing {
      let socket = row.socket
      if let thing = socket.local.unixName {
        _ = unixNames.resolve(thing, in: &names) { _, pool in
          pool.add(ready: snapshot.names.toolName(of: socket.local).span)
        }
      }
      if let key = socket.interfaceKey {
        _ = interfaces.resolve(key, in: &names) { key, pool in
          let name = snapshot.names.interfaces[key]?.rawBytes ?? Array("if\(key.index)".utf8)
          return pool.add(ready: harmless(name).span)
        }
      }
      if form.isNumeric || socket.kind.serviceKind == nil { continue }
      for end in [socket.local, socket.remote] where !form.ephemeralPorts.contains(end.port) {
        services.resolve(end.port, socket.kind, snapshot.names.services, in: &names)
      }
    }
    guard form.showsProcesses else { return }
    for process in snapshot.owners(of: listing.rows) {
      _ = processes.resolve(process, in: &names) { process, pool in
        var text = Array("(\"".utf8)
        text += harmless(snapshot.names.process(process)?.name ?? [])
        text.append("\",pid=\(process.pid),fd=")
        return pool.add(ready: text.span)
      }
    }
  }
}

extension StaticASCII {
  fileprivate static let noName: StaticASCII = "* "
  fileprivate static let users: StaticASCII = " users:("
  fileprivate static let ipProtocol: StaticASCII = "ipproto-"
}

extension OutputSpan<UInt8> {
  /// Appends what C takes for a signed number.
  fileprivate mutating func append(signed value: UInt32) {
    let number = Int32(bitPattern: value)
    if number < 0 { append(UInt8(ascii: "-")) }
    append(decimal: UInt64(number.magnitude))
  }
}

extension TCPState {
  /// As ss says it.
  fileprivate var ssName: ShortText {
    Int(rawValue) < Self.ssNames.count ? Self.ssNames[Int(rawValue)] : Self.ssNames[0]
  }

  /// In the order of the kernel's numbers.
  private static let ssNames: [ShortText] = [
    "UNKNOWN", "ESTAB", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "UNCONN",
    "CLOSE-WAIT", "LAST-ACK", "LISTEN", "CLOSING",
  ]
}
