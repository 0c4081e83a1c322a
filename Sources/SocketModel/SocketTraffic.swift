/// How one TCP connection moves: the few numbers of `tcp_info` that a live view shows of every row,
/// in 24 bytes. An array of these is beside the rows where it was asked for.
public struct SocketTraffic: Hashable, Sendable {
  private var receivedOrAbsent = UInt64.max
  private var sentOrAbsent = UInt64.max
  private var rttOrAbsent = UInt32.max
  private var retransmitsOrAbsent = UInt32.max

  /// Nothing is known.
  public init() {}

  /// `received` and `sent` are payload bytes, `rtt` is in microseconds; nil is "the kernel did not
  /// say".
  public init(received: UInt64?, sent: UInt64?, rtt: UInt64?, retransmits: UInt64?) {
    receivedOrAbsent = received ?? .max
    sentOrAbsent = sent ?? .max
    rttOrAbsent = rtt.flatMap { UInt32(exactly: $0) } ?? .max
    retransmitsOrAbsent = retransmits.flatMap { UInt32(exactly: $0) } ?? .max
  }

  /// What a whole `tcp_info` says of it.
  public init(_ info: TCPInfo, in state: TCPState) {
    self.init()
    if state == .listening { return }
    self = SocketTraffic(
      received: info.payloadReceived(in: state), sent: info.payloadSent, rtt: info[.rtt],
      retransmits: info[.total_retrans])
  }

  /// The same from the bytes of a structure, without reading the rest of it.
  public init(info bytes: Span<UInt8>, in state: TCPState) {
    self.init()
    if bytes.isEmpty || state == .listening { return }
    let offsets = Self.offsets
    @inline(__always) func long(_ offset: Int) -> UInt64? {
      offset + 8 <= bytes.count ? bytes.uint64(at: offset) : nil
    }
    @inline(__always) func short(_ offset: Int) -> UInt32 {
      offset + 4 <= bytes.count ? bytes.uint32(at: offset) : .max
    }
    if let all = long(offsets.received) {
      receivedOrAbsent = TCPInfo.payload(ofReceived: all, in: state)
    }
    if let all = long(offsets.sent), let again = long(offsets.again) {
      sentOrAbsent = all >= again ? all - again : 0
    }
    rttOrAbsent = short(offsets.rtt)
    retransmitsOrAbsent = short(offsets.retransmits)
  }

  /// Where they are, looked up once and not for each of a million rows: three of eight bytes and two of
  /// four, which are numbers whatever their bits.
  private static let offsets = (
    received: Int(TCPInfoMember.bytes_received.place.offset),
    sent: Int(TCPInfoMember.bytes_sent.place.offset),
    again: Int(TCPInfoMember.bytes_retrans.place.offset),
    rtt: Int(TCPInfoMember.rtt.place.offset),
    retransmits: Int(TCPInfoMember.total_retrans.place.offset)
  )

  public var received: UInt64? { receivedOrAbsent == .max ? nil : receivedOrAbsent }
  public var sent: UInt64? { sentOrAbsent == .max ? nil : sentOrAbsent }
  /// Microseconds.
  public var rtt: UInt64? { rttOrAbsent == .max ? nil : UInt64(rttOrAbsent) }
  /// Segments that were sent again, since the connection was made.
  public var retransmits: UInt64? {
    retransmitsOrAbsent == .max ? nil : UInt64(retransmitsOrAbsent)
  }
}
