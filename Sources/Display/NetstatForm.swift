public import SocketModel

/// The form of netstat (net-tools 2.10), as with `-W`: no address is cut.
public struct NetstatForm: ListingRenderer, Hashable {
  public enum Rows: Hashable, Sendable {
    /// Sockets that are connected, and unix sockets that do not listen.
    case connections
    /// `-l`
    case servers
    /// `-a`
    case all
  }

  public var rows = Rows.connections
  /// Which of the two parts there are, each with a header of two lines.
  public var hasInternet = true
  public var hasUnix = true
  /// `-p`
  public var showsProcesses = false
  /// `-e`
  public var showsUsers = false
  /// `-o`
  public var showsTimers = false
  /// Without `-n`.
  public var hasHostNames = true
  public var hasServices = true
  public var hasUserNames = true
  /// The names of IP protocols (protocols(5)) that raw sockets have.
  public var protocols: [UInt8: [UInt8]] = [:]

  public init() {}

  public var needs: Projection {
    var needs: Projection = hasUnix ? [.unixReferences] : []
    if showsProcesses { needs.formUnion([.owners, .processNames, .commands]) }
    if showsUsers && hasUserNames { needs.insert(.userNames) }
    if hasHostNames { needs.insert(.hostNames) }
    return needs
  }

  public func rendering(_ listing: Listing) -> Rendering {
    let shown = listing.rows.filter { isShown(listing.snapshot[$0].socket) }
    let internet = shown.filter { !listing.snapshot[$0].socket.kind.isUnix }
    let unix = shown.filter { listing.snapshot[$0].socket.kind.isUnix }
    let line = NetstatLine(self, listing.snapshot)
    let head = hasUnix ? unixHeader : []
    var rendering = Rendering(rows: internet.count + unix.count) { row, out in
      if row < internet.count {
        line.append(internet: listing.snapshot[internet[row]], to: &out)
        if row == internet.count - 1 { out += head }
      } else {
        line.append(unix: listing.snapshot[unix[row - internet.count]], to: &out)
      }
    }
    if hasInternet { rendering.head = internetHeader }
    if internet.isEmpty { rendering.head += head }
    return rendering
  }

  /// netstat goes by the other end's port in TCP, by its address in UDP.
  private func isShown(_ socket: Socket) -> Bool {
    let isServer =
      switch socket.kind {
      case .tcp: socket.remote.port == 0
      case .udp, .udpLite, .raw: socket.remote.isUnspecified
      case .unixStream, .unixDatagram, .unixSeqpacket: socket.state == .listening
      // netstat knows nothing of these.
      case .mptcp, .ping, .packetRaw, .packetDatagram, .netlink: false
      }
    switch rows {
    case .all: return true
    case .servers: return isServer
    case .connections: return !isServer
    }
  }

  private var which: String {
    switch rows {
    case .all: "(servers and established)"
    case .servers: "(only servers)"
    case .connections: "(w/o servers)"
    }
  }

  private var internetHeader: [UInt8] {
    var line = "Active Internet connections \(which)\nProto Recv-Q Send-Q Local Address           "
    line += "Foreign Address         State      "
    if showsUsers { line += " User       Inode     " }
    if showsProcesses { line += " PID/Program name    " }
    if showsTimers { line += " Timer" }
    return Array((line + "\n").utf8)
  }

  private var unixHeader: [UInt8] {
    var line = "Active UNIX domain sockets \(which)\n"
    line += "Proto RefCnt Flags       Type       State         I-Node  "
    if showsProcesses { line += " PID/Program name    " }
    return Array((line + " Path\n").utf8)
  }
}

private struct NetstatLine: Sendable {
  let form: NetstatForm
  let snapshot: Snapshot

  init(_ form: NetstatForm, _ snapshot: Snapshot) {
    self.form = form
    self.snapshot = snapshot
  }

  func append(internet row: Row, to out: inout [UInt8]) {
    let socket = row.socket
    let isV6 = socket.local.kind == .ipv6
    let name = socket.kind == .udpLite ? "udpl" : "\(socket.kind.name)"
    out.append("\(name)\(isV6 ? "6" : "")", padded: 5)
    // /proc has no limit of a listener's queue in this column.
    // A number may be wider than its column.
    for queue in [socket.receiveQueue, socket.isListener ? 0 : socket.sendQueue] {
      out.append(UInt8(ascii: " "))
      out.append(right: UInt64(queue), in: 6)
    }
    out.append(UInt8(ascii: " "))
    let isRaw = socket.kind == .raw
    out.append(end(socket.local, socket, isRaw ? socket.subprotocol : nil), padded: 23)
    out.append(UInt8(ascii: " "))
    out.append(end(socket.remote, socket, isRaw ? 0 : nil), padded: 23)
    out.append(UInt8(ascii: " "))
    out.append(state(socket), padded: 11)
    if form.showsUsers {
      let name = form.hasUserNames ? snapshot.names.users[socket.rawUID] : nil
      out.append(UInt8(ascii: " "))
      let number = Int32(bitPattern: socket.rawUID)
      out.append(name.map { harmless($0.rawBytes) } ?? Array("\(number)".utf8), padded: 10)
      out.append(UInt8(ascii: " "))
      out.append("\(socket.inode)", padded: 10)
    }
    appendProgram(row, to: &out)
    if form.showsTimers { appendTimer(socket.timer, to: &out) }
    out.append(UInt8(ascii: "\n"))
  }

  /// `127.0.0.1:22`, `::1:22`, and with names `localhost:ssh`, `[::]:ssh`. A raw socket has a protocol in the
  /// place of the port.
  private func end(_ mapped: Endpoint, _ socket: Socket, _ ipProtocol: UInt8?) -> [UInt8] {
    let end = mapped.unmapped
    guard let address = end.address else { return [] }
    var text: [UInt8] = []
    if form.hasHostNames, end.kind == .ipv6, end.isUnspecified {
      text.append("[::]")
    } else if form.hasHostNames, end == mapped, let name = snapshot.names.hosts[address] {
      text += harmless(name.rawBytes)
    } else {
      text.append("\(address)")
    }
    text.append(UInt8(ascii: ":"))
    if let ipProtocol {
      let name = form.protocols[ipProtocol] ?? Array("\(ipProtocol)".utf8)
      return text + (ipProtocol == 0 ? [UInt8(ascii: "*")] : name)
    }
    return text + snapshot.names.toolPort(end.port, socket.kind, byName: form.hasServices)
  }

  private func state(_ socket: Socket) -> String {
    let state = Int(socket.state.rawValue)
    if socket.kind == .raw { return "\(state)" }
    if socket.kind != .tcp {
      return socket.state == .closed
        ? "" : socket.state == .established ? "ESTABLISHED" : "UNKNOWN"
    }
    return state < Self.states.count ? Self.states[state] : "UNKNOWN"
  }

  /// In the order of the kernel's numbers.
  private static let states = [
    "UNKNOWN", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT",
    "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING",
  ]

  /// ` 812/nginx: master p`: the pid and the first argument without its directories, at most 19 bytes.
  private func appendProgram(_ row: Row, to out: inout [UInt8]) {
    guard form.showsProcesses else { return }
    out.append(UInt8(ascii: " "))
    guard row.socket.inode != 0, let process = row.firstProcess else {
      return out.append("-", padded: 20)
    }
    let command = snapshot.names.process(process)?.command ?? []
    var program = command.prefix { $0 != 0 }
    if program.first == UInt8(ascii: "/"), let slash = program.lastIndex(of: UInt8(ascii: "/")) {
      program = program[(slash + 1)...]
    }
    let text = Array("\(process.pid)/".utf8) + program
    out.append(harmless(text.prefix(19)), padded: 20)
  }

  /// ` keepalive (7199.97/0/0)`: seconds, retransmissions, probes.
  private func appendTimer(_ timer: SocketTimer, to out: inout [UInt8]) {
    let names: [SocketTimer.Kind: String] = [
      .off: "off", .retransmit: "on", .keepalive: "keepalive", .timeWait: "timewait",
      .persist: "probe",
    ]
    out.append(" \(names[timer.kind] ?? "unkn-\(timer.kind.rawValue)") (")
    out.append(fixed: Double(timer.expires) / 1000, decimals: 2)
    let isProbe = timer.kind == .keepalive || timer.kind == .persist
    out.append(isProbe ? "/0/\(timer.retransmits))" : "/\(timer.retransmits)/0)")
  }

  func append(unix row: Row, to out: inout [UInt8]) {
    let socket = row.socket
    var (references, flags): (UInt32, UInt32) = (0, 0)
    var state: UInt32 = socket.state == .established ? 3 : 1
    _ = row.withValue(of: .unixReferences) { value in
      guard value.count >= 12 else { return }
      (references, flags) = (value.uint32(at: 0), value.uint32(at: 4))
      state = value.uint32(at: 8)
    }
    // `__SO_ACCEPTCON`, and SO_WAITDATA and SO_NOSPACE as net-tools has them.
    let marks = [(0x10000 as UInt32, "ACC "), (0x20000, "W "), (0x40000, "N ")]
    let text = marks.filter { flags & $0.0 != 0 }.map(\.1).joined()
    out.append("unix  ")
    out.append("\(references)", padded: 6)
    out.append(UInt8(ascii: " "))
    out.append("[ \(text)]", padded: 11)
    out.append(UInt8(ascii: " "))
    let type =
      switch socket.kind {
      case .unixStream: "STREAM"
      case .unixSeqpacket: "SEQPACKET"
      case .unixDatagram, .tcp, .udp, .mptcp, .udpLite, .raw, .ping, .packetRaw, .packetDatagram,
        .netlink:
        "DGRAM"
      }
    out.append(type, padded: 10)
    out.append(UInt8(ascii: " "))
    // `SS_…` of include/uapi/linux/net.h.
    let states = ["FREE", "", "CONNECTING", "CONNECTED", "DISCONNECTING"]
    let isListening = socket.state == .listening
    let word = isListening ? "LISTENING" : state < states.count ? states[Int(state)] : "UNKNOWN"
    out.append(word, padded: 13)
    out.append(UInt8(ascii: " "))
    out.append("\(socket.inode)", padded: 8)
    appendProgram(row, to: &out)
    out.append(UInt8(ascii: " "))
    out += snapshot.names.toolName(of: socket.local)
    out.append(UInt8(ascii: "\n"))
  }
}

extension [UInt8] {
  /// Appends a text and the spaces up to a width, as `%-Ns`.
  mutating func append(_ text: String, padded width: Int) {
    append(Array(text.utf8), padded: width)
  }

  mutating func append(_ text: [UInt8], padded width: Int) {
    self += text
    for _ in 0..<Swift.max(0, width - text.count) { append(UInt8(ascii: " ")) }
  }

  /// Appends a number after the spaces up to a width, as `%Nd`.
  mutating func append(right value: UInt64, in width: Int) {
    let text = Array("\(value)".utf8)
    for _ in 0..<Swift.max(0, width - text.count) { append(UInt8(ascii: " ")) }
    self += text
  }
}
