internal import KernelFormats
internal import SocketModel

/// Makes rows of the objects that `--json`, `--ndjson` and `record` write: the fields of
/// `fixtures/socket.schema.json`. What an object lacks is unknown, and what is in it beyond them is passed
/// over.
///
/// Names have no numbers of the host's there: cgroups and interfaces get some of their own.
struct SavedRowReader {
  private(set) var rows: [SavedRow] = []
  private(set) var names = Names()
  private(set) var namespaces = [NetworkNamespace()]
  /// Lines that are no row.
  private(set) var unread = 0
  /// The keys that all rows have.
  private var keys: Set<String>?
  private var ownerKeys: Set<String>?
  private var cgroups: [String: UInt64] = [:]
  private var interfaces: [String: UInt32] = [:]
  private var subprotocols: [SocketKind.Domain: [String: UInt16]] = [:]

  private static let firstOwnNumber: UInt64 = 1 << 40

  /// Takes a row; where it is none it is counted as unread.
  mutating func take(_ object: [String: JSONValue], age: UInt64? = nil) {
    guard var row = row(object) else {
      unread += 1
      return
    }
    row.age = age ?? row.age
    rows.append(row)
    let own = Set(object.keys)
    keys = keys?.intersection(own) ?? own
  }

  mutating func takeUnreadable() { unread += 1 }

  /// Leaves of the rows of one socket, which several tables have, the last.
  mutating func keepLastOfEach() {
    var seen: Set<Identity> = []
    rows = rows.reversed().filter { seen.insert(Identity($0.socket)).inserted }.reversed()
  }

  /// With its ends: after a restart of the host another socket may have the cookie.
  private struct Identity: Hashable {
    let ends: SocketEnds
    let number: UInt64

    init(_ socket: Socket) {
      ends = SocketEnds(socket)
      number = socket.cookie != 0 ? socket.cookie : socket.inode
    }
  }

  /// What may be asked of the rows and none of them tells.
  var unknown: Projection {
    guard let keys else { return [] }
    var unknown = Field.all.reduce(into: Projection()) { unknown, field in
      if field.subject == .firstOwner || keys.contains(field.group ?? field.name) { return }
      unknown.formUnion(field.needs)
    }
    unknown.subtract([.owners, .processNames, .userNames, .commands, .executables])
    if let ownerKeys {
      if !ownerKeys.contains("command") { unknown.insert(.commands) }
      if !ownerKeys.contains("exe_deleted") { unknown.insert(.executables) }
    }
    return unknown
  }

  private mutating func row(_ object: [String: JSONValue]) -> SavedRow? {
    guard let kind = kind(object["protocol"]), let state = state(object["state"], kind),
      let ends = ends(object, kind)
    else { return nil }
    let namespace = namespace(object)
    var socket = Socket(kind, local: ends.local, remote: ends.remote, state: state)
    socket.namespace = namespace
    socket.receiveQueue = UInt32(clamping: object["recv_q"]?.number ?? 0)
    socket.sendQueue = UInt32(clamping: object["send_q"]?.number ?? 0)
    socket.inode = object["inode"]?.number ?? 0
    socket.cookie = object["cookie"]?.number ?? 0
    socket.rawUID = object["uid"]?.number.flatMap { UInt32(exactly: $0) } ?? .max
    socket.v6Only = object["v6only"]?.flag.map { $0 ? .yes : .no } ?? .unknown
    socket.timer = timer(object)
    socket.interface = interface(object["interface"]?.text, in: namespace)
    socket.subprotocol = UInt8(
      truncatingIfNeeded: subprotocol(object["subprotocol"]?.text, kind))
    var row = SavedRow(socket)
    if let uid = socket.uid, let user = object["user"]?.text {
      names.users[uid] = String(raw: Self.unescaped(user))
    }
    takeOwners(object, &row)
    row.isIncoming = object["direction"]?.text == "in"
    row.isOutgoing = object["direction"]?.text == "out"
    row.isPeerLocal = object["peer_local"]?.flag ?? false
    row.peerInode = object["peer_inode"]?.number ?? 0
    row.verdict = object["verdict"]?.text.flatMap { Verdict($0) }
    row.age = object["age"]?.number
    row.attributes = attributes(object)
    return row
  }

  private func kind(_ value: JSONValue?) -> SocketKind? {
    guard let text = value?.text else { return nil }
    return SocketKind.allCases.first { "\($0.name)" == text }
  }

  private func state(_ value: JSONValue?, _ kind: SocketKind) -> TCPState? {
    guard let text = value?.text else { return nil }
    return TCPState.named.first { $0.name(kind).map { "\($0)" == text } ?? false }
      ?? UInt8(text).map { TCPState(rawValue: $0) }
  }

  private func timer(_ object: [String: JSONValue]) -> SocketTimer {
    guard let text = object["timer"]?.text else { return .off }
    let kind =
      SocketTimer.Kind.named.first { $0.name.map { "\($0)" == text } ?? false }
      ?? UInt8(text).map { SocketTimer.Kind(rawValue: $0) } ?? .off
    return SocketTimer(
      kind: kind, expires: UInt32(clamping: object["timer_expires"]?.number ?? 0),
      retransmits: UInt8(clamping: object["timer_retransmits"]?.number ?? 0))
  }

  // MARK: Names

  /// Bytes that others chose, as they were before they were written in a text.
  static func unescaped(_ text: String) -> [UInt8] {
    let escape = UInt8(ascii: "\\")
    let bytes = Array(text.utf8)
    if !bytes.contains(escape) { return bytes }
    var out: [UInt8] = []
    var at = 0
    while at < bytes.count {
      if bytes[at] == escape, at + 1 < bytes.count, bytes[at + 1] == escape {
        out.append(escape)
        at += 2
      } else if bytes[at] == escape, at + 3 < bytes.count, bytes[at + 1] == UInt8(ascii: "x"),
        let byte = UInt8(String(decoding: bytes[(at + 2)...(at + 3)], as: UTF8.self), radix: 16)
      {
        out.append(byte)
        at += 4
      } else {
        out.append(bytes[at])
        at += 1
      }
    }
    return out
  }

  private mutating func takeOwners(_ object: [String: JSONValue], _ row: inout SavedRow) {
    guard let list = object["owners"]?.list else { return }
    let status = object["owner_status"]?.text
    row.ownerStatus =
      OwnerStatus.allCases.first { $0.name.map { "\($0)" } == status && status != nil }
      ?? (list.isEmpty ? .none : .known)
    for case .object(let owner) in list {
      guard let pid = owner["pid"]?.number.flatMap({ Int32(exactly: $0) }) else { continue }
      let own = Set(owner.keys)
      ownerKeys = ownerKeys?.intersection(own) ?? own
      let descriptors = (owner["fds"]?.list ?? []).compactMap { $0.number }
        .compactMap { Int32(exactly: $0) }
      row.owners.append(Owner(pid: pid, descriptors: descriptors))
      guard names.processes[pid] == nil, let name = owner["name"]?.text else { continue }
      var process = ProcessName(name: Self.unescaped(name))
      if let words = owner["command"]?.list {
        process.command = words.compactMap(\.text).flatMap { Self.unescaped($0) + [0] }
      }
      process.exeIsDeleted = owner["exe_deleted"]?.flag
      names.processes[pid] = process
    }
    row.owners.sort { $0.pid < $1.pid }
  }

  private mutating func namespace(_ object: [String: JSONValue]) -> UInt16 {
    let inode = object["netns"]?.number
    let cookie = object["netns_cookie"]?.number
    let name = object["netns_name"]?.text.map { String(raw: Self.unescaped($0)) }
    let own = NetworkNamespace(inode: inode, cookie: cookie, name: name)
    if let inode, let name { names.namespaces[inode] = name }
    if rows.isEmpty { namespaces[0] = own }
    if let index = namespaces.firstIndex(of: own) { return UInt16(truncatingIfNeeded: index) }
    guard let index = UInt16(exactly: namespaces.count) else { return 0 }
    namespaces.append(own)
    return index
  }

  private mutating func interface(_ text: String?, in namespace: UInt16) -> UInt32 {
    guard let text else { return 0 }
    if let number = UInt32(text) { return number }
    let index = interfaces[text] ?? UInt32(truncatingIfNeeded: 1 << 24 + interfaces.count)
    interfaces[text] = index
    names.interfaces[InterfaceKey(namespace: namespace, index: index)] = String(
      raw: Self.unescaped(text))
    return index
  }

  private mutating func cgroup(_ object: [String: JSONValue]) -> UInt64? {
    guard let text = object["cgroup"]?.text else { return nil }
    if let id = UInt64(text) { return id }
    let id = cgroups[text] ?? Self.firstOwnNumber + UInt64(cgroups.count)
    cgroups[text] = id
    let container = object["container"]?.text
    names.cgroups[id] = CgroupName(String(raw: Self.unescaped(text))) { $0.text(named: container) }
    return id
  }

  // MARK: Ends

  private mutating func ends(
    _ object: [String: JSONValue], _ kind: SocketKind
  ) -> (local: Endpoint, remote: Endpoint)? {
    switch kind.domain {
    case .internet:
      guard let local = ip(object, "local"), let remote = ip(object, "remote") else { return nil }
      return (local, remote)
    case .unix:
      let remote = path(object["remote_path"])
      return (
        path(object["local_path"]), remote.asPeer(inode: object["peer_inode"]?.number ?? 0)
      )
    case .link:
      let type = subprotocol(object["subprotocol"]?.text, kind)
      let index = interface(object["interface"]?.text, in: 0)
      return (.link(interface: index, etherType: type), .none)
    case .netlink:
      let port = UInt32(clamping: object["netlink_port"]?.number ?? 0)
      return (.netlink(port: port), .none)
    }
  }

  private func ip(_ object: [String: JSONValue], _ end: String) -> Endpoint? {
    guard let text = object[end + "_address"]?.text, let address = IPAddress(text) else {
      return nil
    }
    guard let port = UInt16(exactly: object[end + "_port"]?.number ?? 0) else { return nil }
    return Endpoint(address, port)
  }

  private mutating func path(_ value: JSONValue?) -> Endpoint {
    guard let text = value?.text else { return .none }
    var bytes = Self.unescaped(text)
    let isAbstract = bytes.first == UInt8(ascii: "@")
    if isAbstract { bytes.removeFirst() }
    let name = UnixName(bytes, isAbstract: isAbstract)
    names.unix[name.number] = name.text
    return name.endpoint
  }

  /// The number of what a raw, packet or netlink socket speaks.
  private mutating func subprotocol(_ text: String?, _ kind: SocketKind) -> UInt16 {
    guard let text, SocketKindSet.withSubprotocols.contains(kind) else { return 0 }
    let numbers = subprotocols[kind.domain] ?? Self.subprotocols(of: kind)
    subprotocols[kind.domain] = numbers
    return numbers[text] ?? 0
  }

  /// All at once: a file may have another text in each row.
  private static func subprotocols(of kind: SocketKind) -> [String: UInt16] {
    let last: UInt16 = kind.domain == .link ? .max : 255
    return (0...last).reduce(into: [:]) { numbers, number in
      let local = kind.domain == .link ? Endpoint.link(interface: 0, etherType: number) : .none
      let socket = Socket(
        kind, local: local, remote: .none, state: .closed,
        subprotocol: UInt8(truncatingIfNeeded: number))
      guard let name = socket.subprotocolName.map({ "\($0)" }), numbers[name] == nil else { return }
      numbers[name] = number
    }
  }

  // MARK: Attributes

  private mutating func attributes(_ object: [String: JSONValue]) -> [UInt8] {
    var writer = AttributeWriter()
    func append(_ attribute: SocketAttribute, _ key: String, width: Int) {
      guard let number = object[key]?.number else { return }
      writer.append(attribute, Self.native(number, width: width))
    }
    append(.tos, "tos", width: 1)
    append(.trafficClass, "tclass", width: 1)
    append(.shutdown, "shutdown", width: 1)
    append(.mark, "mark", width: 4)
    if let id = cgroup(object) { writer.append(.cgroup, Self.native(id, width: 8)) }
    if let name = object["congestion"]?.text {
      writer.append(.congestion, Self.unescaped(name) + [0])
    }
    if let name = object["ulp"]?.text {
      var inner = AttributeWriter()
      inner.append(SocketAttribute(rawValue: 1), Self.unescaped(name) + [0])
      writer.append(.upperLayer, inner.bytes)
    }
    var info: [TCPInfoMember: UInt64] = [:]
    if let members = object["tcp_info"]?.members {
      for member in TCPInfoMember.allCases { info[member] = members["\(member.name)"]?.number }
    }
    var memory: [MemoryMember: UInt64] = [:]
    if let members = object["memory"]?.members {
      for member in MemoryMember.allCases {
        memory[member] = members[Field.memory(member).name]?.number
      }
    }
    writer.append(info, memory: memory)
    return writer.bytes
  }

  private static func native(_ number: UInt64, width: Int) -> [UInt8] {
    let bytes = (0..<width).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
    return ByteOrder.machine == .big ? bytes.reversed() : bytes
  }
}
