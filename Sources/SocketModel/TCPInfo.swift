/// What the kernel knows about one TCP connection (`struct tcp_info`, include/uapi/linux/tcp.h): a
/// view of the bytes that it wrote. A structure of an older kernel is shorter, and what newer kernels
/// add at its end is passed over.
public struct TCPInfo: Sendable {
  private let store: DetailStore
  private let row: Int

  /// That of a row.
  init(_ store: DetailStore, _ row: Int) {
    self.store = store
    self.row = row
  }

  /// A structure of its own, as a notice has one.
  public init(_ bytes: Span<UInt8>) {
    var writer = AttributeWriter()
    writer.append(.tcpInfo, bytes.indices.map { bytes[$0] })
    self.init(DetailStore(writer.bytes.span), 0)
  }

  /// Members of which nothing else is known.
  init(members: [TCPInfoMember: UInt64]) {
    var writer = AttributeWriter()
    writer.append(members)
    self.init(DetailStore(writer.bytes.span), 0)
  }

  /// Nil where the kernel does not have the member or has not set it (`snd_ssthresh` 2147483647,
  /// pacing rates 2^64-1).
  public subscript(member: TCPInfoMember) -> UInt64? { store.info(member.place, of: row) }

  /// Payload bytes sent, each counted once.
  public var payloadSent: UInt64? {
    guard let sent = self[.bytes_sent], let again = self[.bytes_retrans] else { return nil }
    return sent >= again ? sent - again : 0
  }

  /// Payload bytes received. The kernel's own count includes the peer's FIN, which has arrived in
  /// these states.
  public func payloadReceived(in state: TCPState) -> UInt64? {
    self[.bytes_received].map { Self.payload(ofReceived: $0, in: state) }
  }

  /// The same from the kernel's count alone.
  static func payload(ofReceived received: UInt64, in state: TCPState) -> UInt64 {
    let afterFIN = StateSet(.closeWait, .closing, .lastAck, .timeWait).contains(state)
    return afterFIN && received > 0 ? received - 1 : received
  }
}
