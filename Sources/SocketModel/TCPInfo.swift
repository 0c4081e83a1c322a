/// What the kernel knows about one TCP connection (`struct tcp_info`, include/uapi/linux/tcp.h),
/// each field under the kernel's name and in the kernel's unit.
public struct TCPInfo: Sendable {
  /// The fields in the kernel's order. Times are microseconds (`rtt`, `rttvar`, `rcv_rtt`,
  /// `min_rtt`, `rto`, `ato`, `busy_time` and the limits) or milliseconds (`last_…`), rates are
  /// bytes a second, windows are segments (`snd_cwnd`, `snd_ssthresh`, `reordering`) or bytes.
  public enum Field: Int, CaseIterable, Sendable {
    case ca_state, retransmits, probes, backoff, options, snd_wscale, rcv_wscale
    case delivery_rate_app_limited, fastopen_client_fail
    case rto, ato, snd_mss, rcv_mss, unacked, sacked, lost, retrans, fackets
    case last_data_sent, last_data_recv, last_ack_recv
    case pmtu, rcv_ssthresh, rtt, rttvar, snd_ssthresh, snd_cwnd, advmss, reordering
    case rcv_rtt, rcv_space, total_retrans
    case pacing_rate, max_pacing_rate, bytes_acked, bytes_received, segs_out, segs_in
    case notsent_bytes, min_rtt, data_segs_in, data_segs_out, delivery_rate
    case busy_time, rwnd_limited, sndbuf_limited, delivered, delivered_ce
    case bytes_sent, bytes_retrans, dsack_dups, reord_seen, rcv_ooopack, snd_wnd
    case rcv_wnd, rehash, total_rto, total_rto_recoveries, total_rto_time

    public var name: String { "\(self)" }
  }

  private static let absent = UInt64.max
  private var values = InlineArray<64, UInt64>(repeating: absent)

  public init() {}

  /// Nil where the kernel does not have the field or has not set it (`snd_ssthresh` 2147483647,
  /// pacing rates 2^64-1).
  public subscript(field: Field) -> UInt64? {
    get { values[field.rawValue] == Self.absent ? nil : values[field.rawValue] }
    set { values[field.rawValue] = newValue ?? Self.absent }
  }
}

extension TCPInfo {
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
  public static func payload(ofReceived received: UInt64, in state: TCPState) -> UInt64 {
    let afterFIN = StateSet(.closeWait, .closing, .lastAck, .timeWait).contains(state)
    return afterFIN && received > 0 ? received - 1 : received
  }
}
