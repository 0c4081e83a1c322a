public import SocketModel

/// Reads `struct tcp_info` (include/uapi/linux/tcp.h). Older kernels write a shorter one, whose
/// missing fields stay absent; what newer kernels add behind it is passed over.
public enum TCPInfoBytes {
  /// Where a field stands: bytes from the start, width in bytes, and within them a run of bits.
  struct Place {
    let field: TCPInfo.Field
    let offset: Int
    let width: Int
    var shift = 0
    var bits = 64
    /// What the kernel writes for "not set".
    var unset: UInt64?
    /// Whether the field means anything for a listening socket: `tcp_get_info()` fills these alone
    /// and puts the accept queue into `unacked` and `sacked`.
    var ofListener = false
  }

  public static func decode(_ bytes: Span<UInt8>, at range: Range<Int>) -> TCPInfo {
    var info = TCPInfo()
    let start = range.lowerBound
    let isListener = !range.isEmpty && bytes[start] == TCPState.listening.rawValue
    for place in places where place.offset + place.width <= range.count {
      if isListener && !place.ofListener { continue }
      let value = place.value(in: bytes, from: start)
      if value != place.unset { info[place.field] = value }
    }
    return info
  }

  static let places: [Place] = [
    Place(field: .ca_state, offset: 1, width: 1),
    Place(field: .retransmits, offset: 2, width: 1),
    Place(field: .probes, offset: 3, width: 1),
    Place(field: .backoff, offset: 4, width: 1),
    Place(field: .options, offset: 5, width: 1),
    Place(field: .snd_wscale, offset: 6, width: 1, shift: 0, bits: 4),
    Place(field: .rcv_wscale, offset: 6, width: 1, shift: 4, bits: 4),
    Place(field: .delivery_rate_app_limited, offset: 7, width: 1, shift: 0, bits: 1),
    Place(field: .fastopen_client_fail, offset: 7, width: 1, shift: 1, bits: 2),
    Place(field: .rto, offset: 8, width: 4),
    Place(field: .ato, offset: 12, width: 4),
    Place(field: .snd_mss, offset: 16, width: 4),
    Place(field: .rcv_mss, offset: 20, width: 4),
    Place(field: .unacked, offset: 24, width: 4),
    Place(field: .sacked, offset: 28, width: 4),
    Place(field: .lost, offset: 32, width: 4),
    Place(field: .retrans, offset: 36, width: 4),
    Place(field: .fackets, offset: 40, width: 4),
    Place(field: .last_data_sent, offset: 44, width: 4),
    Place(field: .last_data_recv, offset: 52, width: 4),
    Place(field: .last_ack_recv, offset: 56, width: 4),
    Place(field: .pmtu, offset: 60, width: 4),
    Place(field: .rcv_ssthresh, offset: 64, width: 4),
    Place(field: .rtt, offset: 68, width: 4),
    Place(field: .rttvar, offset: 72, width: 4),
    Place(field: .snd_ssthresh, offset: 76, width: 4, unset: 0x7fff_ffff),
    Place(field: .snd_cwnd, offset: 80, width: 4, ofListener: true),
    Place(field: .advmss, offset: 84, width: 4),
    Place(field: .reordering, offset: 88, width: 4, ofListener: true),
    Place(field: .rcv_rtt, offset: 92, width: 4),
    Place(field: .rcv_space, offset: 96, width: 4),
    Place(field: .total_retrans, offset: 100, width: 4),
    Place(field: .pacing_rate, offset: 104, width: 8, unset: .max, ofListener: true),
    Place(field: .max_pacing_rate, offset: 112, width: 8, unset: .max, ofListener: true),
    Place(field: .bytes_acked, offset: 120, width: 8),
    Place(field: .bytes_received, offset: 128, width: 8),
    Place(field: .segs_out, offset: 136, width: 4),
    Place(field: .segs_in, offset: 140, width: 4),
    Place(field: .notsent_bytes, offset: 144, width: 4),
    Place(field: .min_rtt, offset: 148, width: 4, unset: 0xffff_ffff),
    Place(field: .data_segs_in, offset: 152, width: 4),
    Place(field: .data_segs_out, offset: 156, width: 4),
    Place(field: .delivery_rate, offset: 160, width: 8),
    Place(field: .busy_time, offset: 168, width: 8),
    Place(field: .rwnd_limited, offset: 176, width: 8),
    Place(field: .sndbuf_limited, offset: 184, width: 8),
    Place(field: .delivered, offset: 192, width: 4),
    Place(field: .delivered_ce, offset: 196, width: 4),
    Place(field: .bytes_sent, offset: 200, width: 8),
    Place(field: .bytes_retrans, offset: 208, width: 8),
    Place(field: .dsack_dups, offset: 216, width: 4),
    Place(field: .reord_seen, offset: 220, width: 4),
    Place(field: .rcv_ooopack, offset: 224, width: 4),
    Place(field: .snd_wnd, offset: 228, width: 4),
    Place(field: .rcv_wnd, offset: 232, width: 4),
    Place(field: .rehash, offset: 236, width: 4),
    Place(field: .total_rto, offset: 240, width: 2),
    Place(field: .total_rto_recoveries, offset: 242, width: 2),
    Place(field: .total_rto_time, offset: 244, width: 4),
  ]
}

extension TCPInfoBytes.Place {
  func value(in bytes: Span<UInt8>, from start: Int) -> UInt64 {
    let offset = start + offset
    let whole =
      switch width {
      case 1: UInt64(bytes[offset])
      case 2: UInt64(bytes.uint16(at: offset))
      case 4: UInt64(bytes.uint32(at: offset))
      default: bytes.uint64(at: offset)
      }
    return bits == 64 ? whole : whole >> UInt64(shift) & ((1 << UInt64(bits)) &- 1)
  }
}
