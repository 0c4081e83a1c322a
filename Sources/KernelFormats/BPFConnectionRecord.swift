public import SocketModel

/// What `BPFProgram.connectionEvents` writes: what was noted of the connection (88 bytes, see the places),
/// then the event. Numbers are little-endian, addresses and ports as on the wire but for `port`.
public enum BPFConnectionRecord {
  public static let size = 216

  // What is noted, and is the value in the map of connections.
  static let opened: Int16 = 0
  static let established: Int16 = 8
  static let inode: Int16 = 16
  static let opener = ProcessPlace(pid: 24, name: 32)
  static let closer = ProcessPlace(pid: 28, name: 48)
  static let flags: Int16 = 64
  static let accepter = ProcessPlace(pid: 68, name: 72)
  public static let known: Int16 = 88
  // The event.
  static let time: Int16 = 88
  static let cookie: Int16 = 96
  static let received: Int16 = 104
  static let sent: Int16 = 112
  static let resent: Int16 = 120
  static let cgroup: Int16 = 128
  static let namespace: Int16 = 136
  static let user: Int16 = 140
  static let roundTrip: Int16 = 144
  static let retransmits: Int16 = 148
  static let interface: Int16 = 152
  static let error: Int16 = 156
  static let family: Int16 = 160
  static let port: Int16 = 162
  static let sourcePort: Int16 = 164
  static let remotePort: Int16 = 166
  static let kind: Int16 = 168
  static let old: Int16 = 169
  static let new: Int16 = 170
  static let socketFlags: Int16 = 171
  static let rest: Int16 = 172
  static let ipv4: Int16 = 176
  static let remoteIPv4: Int16 = 180
  static let ipv6: Int16 = 184
  static let remoteIPv6: Int16 = 200

  // Flags of what is noted.
  static let connected: Int32 = 1
  static let accepted: Int32 = 2
  static let closedHere: Int32 = 4
  static let closedThere: Int32 = 8
  /// Closed without a FIN: in the middle of connecting, with something unread, or with SO_LINGER 0.
  static let givenUp: Int32 = 16
  static let followed: Int32 = 64

  struct ProcessPlace {
    let pid: Int16
    let name: Int16
  }

  /// Nil for bytes that are not a record of IPv4 or IPv6.
  public static func decode(_ bytes: Span<UInt8>) -> ConnectionEvent? {
    guard bytes.count == size,
      let kind = ConnectionEvent.Kind(rawValue: bytes[Int(kind)]),
      let socket = socket(bytes)
    else { return nil }
    let flags = Int32(bitPattern: word(bytes, flags))
    var event = ConnectionEvent(
      kind, socket, namespace: UInt64(word(bytes, namespace)), time: long(bytes, time))
    event.opened = nonZero(long(bytes, opened))
    event.established = nonZero(long(bytes, established))
    event.role =
      flags & connected != 0 ? .connected : flags & accepted != 0 ? .accepted : nil
    event.opener = process(bytes, opener)
    event.closer = process(bytes, closer)
    event.accepter = process(bytes, accepter)
    event.isFollowed = flags & followed != 0
    event.cgroup = long(bytes, cgroup)
    event.sent = long(bytes, sent)
    event.resent = long(bytes, resent)
    // SOCK_DONE: a FIN has come, and is counted among the bytes.
    let hasFIN = bytes[Int(socketFlags)] & 2 != 0
    let all = long(bytes, received)
    event.received = hasFIN && all > 0 ? all - 1 : all
    event.roundTrip = word(bytes, roundTrip) >> 3
    event.retransmits = word(bytes, retransmits)
    if kind == .ended {
      let first: ConnectionEnding.FirstFIN? =
        flags & closedHere != 0 ? .here : flags & closedThere != 0 ? .there : nil
      event.ending = ConnectionEnding(
        from: TCPState(rawValue: bytes[Int(old)]), error: Int32(bitPattern: word(bytes, error)),
        firstFIN: first, wasGivenUp: flags & givenUp != 0, hasPort: socket.local.port != 0)
    }
    return event
  }

  private static func socket(_ bytes: Span<UInt8>) -> Socket? {
    func ipv4(_ place: Int16) -> IPAddress {
      IPAddress(v4: UInt32(bigEndian: word(bytes, place)))
    }
    func ipv6(_ place: Int16) -> IPAddress {
      let range = Int(place)..<Int(place) + 16
      return IPAddress(v6: range.reduce(UInt128(0)) { $0 << 8 | UInt128(bytes[$1]) })
    }
    let local: IPAddress
    let remote: IPAddress
    switch half(bytes, family) {
    case UInt16(InetDiagMessage.inet): (local, remote) = (ipv4(Self.ipv4), ipv4(remoteIPv4))
    case UInt16(InetDiagMessage.inet6): (local, remote) = (ipv6(Self.ipv6), ipv6(remoteIPv6))
    default: return nil
    }
    // A port that the kernel chose is given back by now.
    let bound = half(bytes, port)
    let port = bound != 0 ? bound : UInt16(bigEndian: half(bytes, sourcePort))
    return Socket(
      .tcp, local: Endpoint(local, port),
      remote: Endpoint(remote, UInt16(bigEndian: half(bytes, remotePort))),
      state: TCPState(rawValue: bytes[Int(new)]), rawUID: word(bytes, user),
      inode: long(bytes, inode), cookie: long(bytes, cookie), interface: word(bytes, interface))
  }

  private static func process(
    _ bytes: Span<UInt8>, _ place: ProcessPlace
  ) -> ConnectionEvent.Process? {
    let pid = Int32(bitPattern: word(bytes, place.pid))
    if pid <= 0 { return nil }
    let name = (Int(place.name)..<Int(place.name) + 16).map { bytes[$0] }
    return ConnectionEvent.Process(pid: pid, name: Array(name.prefix { $0 != 0 }))
  }

  private static func half(_ bytes: Span<UInt8>, _ at: Int16) -> UInt16 {
    bytes.uint16(at: Int(at))
  }
  private static func word(_ bytes: Span<UInt8>, _ at: Int16) -> UInt32 {
    bytes.uint32(at: Int(at))
  }
  private static func long(_ bytes: Span<UInt8>, _ at: Int16) -> UInt64 {
    bytes.uint64(at: Int(at))
  }
  private static func nonZero(_ number: UInt64) -> UInt64? { number == 0 ? nil : number }
}
