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
    func value(_ member: TCPInfoMember) -> UInt64? { member.place.value(in: bytes) }
    let sent = value(.bytes_sent)
    let again = value(.bytes_retrans)
    self = SocketTraffic(
      received: value(.bytes_received).map { TCPInfo.payload(ofReceived: $0, in: state) },
      sent: sent.flatMap { sent in again.map { sent >= $0 ? sent - $0 : 0 } },
      rtt: value(.rtt), retransmits: value(.total_retrans))
  }

  public var received: UInt64? { receivedOrAbsent == .max ? nil : receivedOrAbsent }
  public var sent: UInt64? { sentOrAbsent == .max ? nil : sentOrAbsent }
  /// Microseconds.
  public var rtt: UInt64? { rttOrAbsent == .max ? nil : UInt64(rttOrAbsent) }
  /// Segments that were sent again, since the connection was made.
  public var retransmits: UInt64? {
    retransmitsOrAbsent == .max ? nil : UInt64(retransmitsOrAbsent)
  }
}
