/// The members of `struct tcp_info` (include/uapi/linux/tcp.h), each under the kernel's name and in
/// the kernel's unit. To add one is to add its case and its line below.
public enum TCPInfoMember: UInt8, CaseIterable, Sendable {
  case ca_state, retransmits, probes, backoff, options, snd_wscale, rcv_wscale
  case delivery_rate_app_limited, fastopen_client_fail, rto, ato, snd_mss, rcv_mss, unacked
  case sacked, lost, retrans, fackets, last_data_sent, last_data_recv, last_ack_recv, pmtu
  case rcv_ssthresh, rtt, rttvar, snd_ssthresh, snd_cwnd, advmss, reordering, rcv_rtt, rcv_space
  case total_retrans, pacing_rate, max_pacing_rate, bytes_acked, bytes_received, segs_out
  case segs_in, notsent_bytes, min_rtt, data_segs_in, data_segs_out, delivery_rate, busy_time
  case rwnd_limited, sndbuf_limited, delivered, delivered_ce, bytes_sent, bytes_retrans
  case dsack_dups, reord_seen, rcv_ooopack, snd_wnd, rcv_wnd, rehash, total_rto
  case total_rto_recoveries, total_rto_time

  public var name: StaticString { entry.name }

  /// Where it is in the structure.
  public var place: MemberPlace { Self.places[Int(rawValue)] }

  private static let places = allCases.map { $0.entry.place($0) }

  /// A member's entry: name, bytes from the start, bytes of its own, unit.
  struct Entry {
    let name: StaticString
    let offset: Int
    let width: Int
    let unit: Unit
    let shift: Int
    let bits: Int
    let unset: UInt64
    let ofListener: Bool
    let help: StaticString

    init(
      _ name: StaticString, _ offset: Int, _ width: Int, _ unit: Unit = .none, shift: Int = 0,
      bits: Int = 64, unset: UInt64 = 0, ofListener: Bool = false, help: StaticString
    ) {
      self.name = name
      self.offset = offset
      self.width = width
      self.unit = unit
      self.shift = shift
      self.bits = bits
      self.unset = unset
      self.ofListener = ofListener
      self.help = help
    }

    fileprivate func place(_ member: TCPInfoMember) -> MemberPlace {
      MemberPlace(
        offset: offset, key: Int(member.rawValue), width: width, shift: shift, bits: bits,
        ofListener: ofListener, unset: unset)
    }
  }

  /// After the comments of the kernel's header and the RFCs that they name.
  var entry: Entry {
    switch self {
    case .ca_state:
      .init(
        "ca_state", 1, 1,
        help: "Congestion state: 0 open, 1 disorder, 2 cwr, 3 recovery, 4 loss.")
    case .retransmits:
      .init(
        "retransmits", 2, 1,
        help: "Retransmission timeouts in a row without an answer.")
    case .probes:
      .init(
        "probes", 3, 1,
        help: "Probes without an answer.")
    case .backoff:
      .init(
        "backoff", 4, 1,
        help: "How often the retransmission timeout was doubled.")
    case .options:
      .init(
        "options", 5, 1,
        help: "Negotiated options, as bits: 1 timestamps, 2 SACK, 4 window scale, 8 ECN.")
    case .snd_wscale:
      .init(
        "snd_wscale", 6, 1, shift: 0, bits: 4,
        help: "The other end's window scale.")
    case .rcv_wscale:
      .init(
        "rcv_wscale", 6, 1, shift: 4, bits: 4,
        help: "This end's window scale.")
    case .delivery_rate_app_limited:
      .init(
        "delivery_rate_app_limited", 7, 1, shift: 0, bits: 1,
        help: "1 where the application sent less than the path took.")
    case .fastopen_client_fail:
      .init(
        "fastopen_client_fail", 7, 1, shift: 1, bits: 2,
        help: "Why TCP Fast Open was not used, as a number.")
    case .rto:
      .init(
        "rto", 8, 4, .microseconds,
        help: "The retransmission timeout, in microseconds.")
    case .ato:
      .init(
        "ato", 12, 4, .microseconds,
        help: "The delayed acknowledgement timeout, in microseconds.")
    case .snd_mss:
      .init(
        "snd_mss", 16, 4, .bytes,
        help: "The segment size for sending, in bytes.")
    case .rcv_mss:
      .init(
        "rcv_mss", 20, 4, .bytes,
        help: "The segment size seen from the other end, in bytes.")
    case .unacked:
      .init(
        "unacked", 24, 4,
        help: "Segments sent and not acknowledged; for a listener, connections waiting.")
    case .sacked:
      .init(
        "sacked", 28, 4,
        help: "Segments acknowledged selectively; for a listener, the limit of its queue.")
    case .lost:
      .init(
        "lost", 32, 4,
        help: "Segments taken for lost.")
    case .retrans:
      .init(
        "retrans", 36, 4,
        help: "Segments retransmitted and not yet acknowledged.")
    case .fackets:
      .init(
        "fackets", 40, 4,
        help: "No longer used by the kernel.")
    case .last_data_sent:
      .init(
        "last_data_sent", 44, 4, .milliseconds,
        help: "Milliseconds since data was sent.")
    case .last_data_recv:
      .init(
        "last_data_recv", 52, 4, .milliseconds,
        help: "Milliseconds since data was received.")
    case .last_ack_recv:
      .init(
        "last_ack_recv", 56, 4, .milliseconds,
        help: "Milliseconds since an acknowledgement was received.")
    case .pmtu:
      .init(
        "pmtu", 60, 4, .bytes,
        help: "The path's largest packet, in bytes.")
    case .rcv_ssthresh:
      .init(
        "rcv_ssthresh", 64, 4, .bytes,
        help: "The current limit of the window offered, in bytes.")
    case .rtt:
      .init(
        "rtt", 68, 4, .microseconds,
        help: "The smoothed round-trip time, in microseconds.")
    case .rttvar:
      .init(
        "rttvar", 72, 4, .microseconds,
        help: "Its mean deviation, in microseconds.")
    case .snd_ssthresh:
      .init(
        "snd_ssthresh", 76, 4, unset: 0x7fff_ffff,
        help: "The slow start threshold, in segments; absent while unset.")
    case .snd_cwnd:
      .init(
        "snd_cwnd", 80, 4, ofListener: true,
        help: "The congestion window, in segments.")
    case .advmss:
      .init(
        "advmss", 84, 4, .bytes,
        help: "The segment size announced to the other end, in bytes.")
    case .reordering:
      .init(
        "reordering", 88, 4, ofListener: true,
        help: "How many segments may come out of order.")
    case .rcv_rtt:
      .init(
        "rcv_rtt", 92, 4, .microseconds,
        help: "The receiver's estimate of the round-trip time, in microseconds.")
    case .rcv_space:
      .init(
        "rcv_space", 96, 4, .bytes,
        help: "What the application read in a round trip, in bytes.")
    case .total_retrans:
      .init(
        "total_retrans", 100, 4,
        help: "All retransmitted segments.")
    case .pacing_rate:
      .init(
        "pacing_rate", 104, 8, .byteRate, unset: .max, ofListener: true,
        help: "The rate that sending is spread to, in bytes a second; absent while unset.")
    case .max_pacing_rate:
      .init(
        "max_pacing_rate", 112, 8, .byteRate, unset: .max, ofListener: true,
        help: "The limit of that rate (SO_MAX_PACING_RATE), in bytes a second.")
    case .bytes_acked:
      .init(
        "bytes_acked", 120, 8, .bytes,
        help: "Bytes acknowledged, SYN and FIN counted.")
    case .bytes_received:
      .init(
        "bytes_received", 128, 8, .bytes,
        help: "Bytes received, the FIN counted.")
    case .segs_out:
      .init(
        "segs_out", 136, 4,
        help: "Segments sent.")
    case .segs_in:
      .init(
        "segs_in", 140, 4,
        help: "Segments received.")
    case .notsent_bytes:
      .init(
        "notsent_bytes", 144, 4, .bytes,
        help: "Bytes written and not yet sent.")
    case .min_rtt:
      .init(
        "min_rtt", 148, 4, .microseconds, unset: 0xffff_ffff,
        help: "The smallest round-trip time seen, in microseconds.")
    case .data_segs_in:
      .init(
        "data_segs_in", 152, 4,
        help: "Segments with data received.")
    case .data_segs_out:
      .init(
        "data_segs_out", 156, 4,
        help: "Segments with data sent.")
    case .delivery_rate:
      .init(
        "delivery_rate", 160, 8, .byteRate,
        help: "The latest rate of delivery, in bytes a second.")
    case .busy_time:
      .init(
        "busy_time", 168, 8, .microseconds,
        help: "Microseconds with data in flight.")
    case .rwnd_limited:
      .init(
        "rwnd_limited", 176, 8, .microseconds,
        help: "Microseconds held up by the other end's window.")
    case .sndbuf_limited:
      .init(
        "sndbuf_limited", 184, 8, .microseconds,
        help: "Microseconds held up by the send buffer.")
    case .delivered:
      .init(
        "delivered", 192, 4,
        help: "Segments delivered, retransmissions included.")
    case .delivered_ce:
      .init(
        "delivered_ce", 196, 4,
        help: "Those of them marked for congestion (ECN).")
    case .bytes_sent:
      .init(
        "bytes_sent", 200, 8, .bytes,
        help: "Payload bytes sent, retransmissions included.")
    case .bytes_retrans:
      .init(
        "bytes_retrans", 208, 8, .bytes,
        help: "Payload bytes retransmitted.")
    case .dsack_dups:
      .init(
        "dsack_dups", 216, 4,
        help: "Duplicates that the other end reported.")
    case .reord_seen:
      .init(
        "reord_seen", 220, 4,
        help: "How often segments were seen out of order.")
    case .rcv_ooopack:
      .init(
        "rcv_ooopack", 224, 4,
        help: "Segments received out of order.")
    case .snd_wnd:
      .init(
        "snd_wnd", 228, 4, .bytes,
        help: "The window that the other end offers, in bytes.")
    case .rcv_wnd:
      .init(
        "rcv_wnd", 232, 4, .bytes,
        help: "The window offered to the other end, in bytes.")
    case .rehash:
      .init(
        "rehash", 236, 4,
        help: "How often the connection tried another path.")
    case .total_rto:
      .init(
        "total_rto", 240, 2,
        help: "Retransmission timeouts in all.")
    case .total_rto_recoveries:
      .init(
        "total_rto_recoveries", 242, 2,
        help: "Recoveries from them.")
    case .total_rto_time:
      .init(
        "total_rto_time", 244, 4, .milliseconds,
        help: "Milliseconds spent in them.")
    }
  }
}
