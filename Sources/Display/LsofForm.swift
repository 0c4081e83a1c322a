public import SocketModel

/// The form of lsof (4.95): a line for each descriptor of each process, or fields that begin with a letter.
public struct LsofForm: ListingRenderer, Hashable {
  /// `-F`: the letters that were asked for.
  public struct Fields: Hashable, Sendable {
    public let letters: Set<Character>

    /// Nil for letters that are not told here.
    public init?(_ text: String) {
      letters = Set(text)
      if text.isEmpty || !letters.isSubset(of: "pcuLfaltdoPnT0") { return nil }
    }

    private init(_ letters: Set<Character>) { self.letters = letters }

    /// What one `-F` or the other asks for.
    public func joined(with other: Self) -> Self { Self(letters.union(other.letters)) }

    /// Each field ends with a NUL, and a newline comes after the last of a set.
    var endsWithNUL: Bool { letters.contains("0") }
  }

  public var fields: Fields?
  /// Without `-n`, `-P`, `-l`.
  public var hasHostNames = true
  public var hasServices = true
  public var hasUserNames = true
  /// `+c`; nil is whole names.
  public var commandWidth: Int? = 9
  /// Whether the locale's characters are UTF-8: fields have them as they are.
  public var isUTF8 = true
  /// Each process's user, by pid.
  public var users: [Int32: UInt32] = [:]

  public init() {}

  public var needs: Projection {
    let names: Projection = [.owners, .processNames]
    return hasHostNames ? names.union(.hostNames) : names
  }

  /// A descriptor of a process, and the row that it is.
  public struct Entry: Hashable, Sendable {
    public let process: ProcessKey
    public let descriptor: Int32
    public let row: UInt32
  }

  /// What is listed, by process and descriptor.
  public static func entries(_ listing: Listing) -> [Entry] {
    var entries: [Entry] = []
    for index in listing.rows {
      let row = listing.snapshot[index]
      // What nobody has accepted yet has no descriptor.
      if row.socket.inode == 0 || row.ownerSlot == OwnerIndex.none { continue }
      listing.snapshot.ownerIndex.forEachRecord(at: row.ownerSlot) { process, descriptor in
        guard let descriptor else { return }
        entries.append(Entry(process: process, descriptor: descriptor, row: index))
      }
    }
    return entries.sorted {
      ($0.process, $0.descriptor, $0.row) < ($1.process, $1.descriptor, $1.row)
    }
  }

  public func rendering(_ listing: Listing) -> Rendering {
    rendering(Self.entries(listing), of: listing.snapshot)
  }

  public func rendering(_ entries: [Entry], of snapshot: Snapshot) -> Rendering {
    let line = LsofLine(self, entries, snapshot)
    var rendering = Rendering(rows: entries.count) { line.append($0, to: &$1) }
    if fields == nil, !entries.isEmpty { rendering.head = line.header }
    return rendering
  }

  /// As lsof says it.
  static func name(_ state: TCPState) -> String {
    let state = Int(state.rawValue)
    return state < states.count ? states[state] : "UNKNOWN"
  }

  /// The state of a name in capitals; nil for none.
  public static func state(named name: String) -> TCPState? {
    states.dropFirst().firstIndex(of: name).map { TCPState(rawValue: UInt8($0)) }
  }

  /// In the order of the kernel's numbers.
  private static let states = [
    "UNKNOWN", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT",
    "CLOSED", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING",
  ]
}

private struct LsofLine: Sendable {
  let form: LsofForm
  let entries: [LsofForm.Entry]
  let snapshot: Snapshot
  private var widths = (command: 7, pid: 3, user: 4, descriptor: 4, device: 6, node: 4)

  init(_ form: LsofForm, _ entries: [LsofForm.Entry], _ snapshot: Snapshot) {
    self.form = form
    self.entries = entries
    self.snapshot = snapshot
    if form.fields != nil { return }
    for entry in entries {
      let width = LsofText(name(of: entry.process)).width
      widths.command = max(widths.command, min(width, form.commandWidth ?? width))
      widths.pid = max(widths.pid, "\(entry.process.pid)".utf8.count)
      widths.user = max(widths.user, user(entry.process.pid).count)
      widths.descriptor = max(widths.descriptor, "\(entry.descriptor)u".utf8.count + 1)
      let socket = snapshot[entry.row].socket
      widths.device = max(widths.device, "\(socket.inode)".utf8.count)
      widths.node = max(widths.node, proto(socket).utf8.count)
    }
  }

  var header: [UInt8] {
    var line: [UInt8] = []
    line.append("COMMAND", padded: widths.command)
    line.append(right: "PID", in: widths.pid + 1)
    line.append(right: "USER", in: widths.user + 1)
    line.append(right: "FD", in: widths.descriptor + 1)
    line.append("   TYPE")
    line.append(right: "DEVICE", in: widths.device + 1)
    line.append(" SIZE/OFF")
    line.append(right: "NODE", in: widths.node + 1)
    line.append(" NAME\n")
    return line
  }

  func append(_ index: Int, to out: inout [UInt8]) {
    if form.fields != nil { return appendFields(index, to: &out) }
    let entry = entries[index]
    let socket = snapshot[entry.row].socket
    let command = LsofText(name(of: entry.process)).column(widths.command)
    out.append(command, padded: widths.command)
    out.append(right: "\(entry.process.pid)", in: widths.pid + 1)
    out.append(right: user(entry.process.pid), in: widths.user + 1)
    out.append(right: "\(entry.descriptor)u", in: widths.descriptor + 2)
    out.append(socket.local.kind == .ipv6 ? "  IPv6" : "  IPv4")
    out.append(right: "\(socket.inode)", in: widths.device + 1)
    out.append("      0t0")
    out.append(right: proto(socket), in: widths.node + 1)
    out.append(" ")
    out += name(socket)
    if socket.kind == .tcp { out.append(" (\(LsofForm.name(socket.state)))") }
    out.append(socket.kind == .tcp ? "\n" : " \n")
  }

  /// Fields of the process before its first file, then those of the file.
  private func appendFields(_ index: Int, to out: inout [UInt8]) {
    guard let fields = form.fields else { return }
    let entry = entries[index]
    let socket = snapshot[entry.row].socket
    let process = entry.process
    let end = fields.endsWithNUL ? UInt8(0) : UInt8(ascii: "\n")
    func append(_ letter: Character, _ text: [UInt8]) {
      guard fields.letters.contains(letter) else { return }
      out.append("\(letter)")
      out += text
      out.append(end)
    }
    if index == 0 || entries[index - 1].process != process {
      out.append("p\(process.pid)")
      out.append(end)
      append("c", LsofText(name(of: process)).field(isUTF8: form.isUTF8))
      append("u", Array("\(Int32(bitPattern: form.users[process.pid] ?? 0))".utf8))
      if let name = userName(process.pid) { append("L", name) }
      if fields.endsWithNUL { out.append(UInt8(ascii: "\n")) }
    }
    append("f", Array("\(entry.descriptor)".utf8))
    append("a", [UInt8(ascii: "u")])
    append("l", [UInt8(ascii: " ")])
    append("t", Array((socket.local.kind == .ipv6 ? "IPv6" : "IPv4").utf8))
    append("d", Array("\(socket.inode)".utf8))
    append("o", Array("0t0".utf8))
    append("P", Array(proto(socket).utf8))
    append("n", name(socket))
    if socket.kind == .tcp { append("T", Array("ST=\(LsofForm.name(socket.state))".utf8)) }
    append("T", Array("QR=\(socket.receiveQueue)".utf8))
    append("T", Array("QS=\(socket.isListener ? 0 : socket.sendQueue)".utf8))
    let hasFileField = !fields.letters.isDisjoint(with: "faltdoPnT")
    if fields.endsWithNUL && hasFileField { out.append(UInt8(ascii: "\n")) }
  }

  private func proto(_ socket: Socket) -> String {
    switch socket.kind {
    case .udp: "UDP"
    case .udpLite: "UDPLITE"
    // Of the rest only TCP is asked for.
    case .tcp, .mptcp, .raw, .ping, .unixStream, .unixDatagram, .unixSeqpacket, .packetRaw,
      .packetDatagram, .netlink:
      "TCP"
    }
  }

  private func name(of process: ProcessKey) -> [UInt8] {
    snapshot.names.process(process)?.name ?? []
  }

  private func user(_ pid: Int32) -> [UInt8] {
    guard let uid = form.users[pid] else { return [UInt8(ascii: "?")] }
    // lsof has room for 8 digits.
    return userName(pid) ?? Array("\(uid)".utf8.prefix(8))
  }

  private func userName(_ pid: Int32) -> [UInt8]? {
    guard form.hasUserNames, let uid = form.users[pid] else { return nil }
    return snapshot.names.users[uid].map { harmless($0.rawBytes) }
  }

  /// `*:22`, `127.0.0.1:22->127.0.0.1:50000`, `[::1]:22`.
  private func name(_ socket: Socket) -> [UInt8] {
    var text = end(socket.local, socket)
    if socket.remote.port != 0 || !socket.remote.isUnspecified {
      text.append("->")
      text += end(socket.remote, socket)
    }
    return text
  }

  private func end(_ mapped: Endpoint, _ socket: Socket) -> [UInt8] {
    let end = mapped.unmapped
    guard let address = end.address else { return [] }
    var text: [UInt8] = []
    if address.isUnspecified {
      text.append("*")
    } else if form.hasHostNames, let name = snapshot.names.hosts[address] {
      text += harmless(name.rawBytes)
    } else {
      text.append(address.family == .ipv6 ? "[\(address)]" : "\(address)")
    }
    text.append(UInt8(ascii: ":"))
    return text + snapshot.names.toolPort(end.port, socket.kind, byName: form.hasServices)
  }
}

extension [UInt8] {
  /// Appends a text after the spaces up to a width, as `%Ns`.
  fileprivate mutating func append(right text: [UInt8], in width: Int) {
    for _ in 0..<Swift.max(0, width - text.count) { append(UInt8(ascii: " ")) }
    self += text
  }

  fileprivate mutating func append(right text: String, in width: Int) {
    append(right: Array(text.utf8), in: width)
  }
}
