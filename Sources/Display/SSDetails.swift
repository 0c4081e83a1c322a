internal import SocketModel

/// What ss prints of a socket after its owners: `-o -e -m -i`.
struct SSDetails {
  private let form: SSForm
  private let row: Row
  private let socket: Socket

  init(_ form: SSForm, _ row: Row) {
    self.form = form
    self.row = row
    socket = row.socket
  }

  func append(to out: inout [UInt8]) {
    switch socket.kind.domain {
    case .unix: return appendUnix(to: &out)
    case .link: return appendMemory(to: &out)
    case .internet, .netlink: break
    }
    // From /proc, where the kernel has no other table of them, ss has nothing more.
    if socket.kind == .raw && socket.cookie == 0 { return }
    if form.showsTimers || form.showsDetails { appendTimer(to: &out) }
    if form.showsDetails { appendIdentity(to: &out) }
    guard form.showsMemory || form.showsInfo && socket.kind != .udp else { return }
    if !form.isOneLine { out.append("\n\t") }
    appendMemory(to: &out)
    appendInfo(to: &out)
  }

  private func appendUnix(to out: inout [UInt8]) {
    appendMemory(to: &out)
    guard form.showsDetails else { return }
    appendShutdown(to: &out)
    _ = row.withValue(of: .unixFile) { value in
      guard value.count >= 8 else { return }
      let device = value.uint32(at: 4)
      out.append(" ino:\(value.uint32(at: 0))")
      out.append(" dev:\(device >> 8 & 0xfff)/\(device & 0xff | device >> 12 & 0xffff_ff00)")
    }
    _ = row.withValue(of: .unixClients) { value in
      out.append(" peers:")
      for at in stride(from: 0, through: value.count - 4, by: 4) {
        out.append(" \(value.uint32(at: at))")
      }
    }
  }

  /// ` timer:(keepalive,119min,0)`
  private func appendTimer(to out: inout [UInt8]) {
    let timer = socket.timer
    if timer.kind == .off { return }
    let known: [SocketTimer.Kind] = [.retransmit, .keepalive, .timeWait, .persist]
    let name = known.contains(timer.kind) ? timer.kind.name.map { "\($0)" } : nil
    out.append(" timer:(\(name ?? "unknown"),")
    appendTime(timer.expires, to: &out)
    out.append(",\(timer.retransmits))")
  }

  /// `1min59sec`, `12sec`, `1.200ms`, `204ms`; nothing for none.
  private func appendTime(_ milliseconds: UInt32, to out: inout [UInt8]) {
    let minutes = milliseconds / 60_000
    var seconds = milliseconds / 1000 % 60
    var rest = milliseconds % 1000
    if minutes > 0 {
      rest = 0
      out.append("\(minutes)min")
      if minutes > 9 { seconds = 0 }
    }
    if seconds > 0 {
      if seconds > 9 { rest = 0 }
      out.append("\(seconds)\(rest > 0 ? "." : "sec")")
    }
    if rest > 0 {
      out.append(padded: UInt64(rest), to: 3)
      out.append("ms")
    }
  }

  private func appendIdentity(to out: inout [UInt8]) {
    if socket.rawUID != 0 { out.append(" uid:\(socket.rawUID)") }
    out.append(" ino:\(UInt32(truncatingIfNeeded: socket.inode)) sk:")
    out.append(hexadecimal: socket.cookie)
    if let mark = row.number(.mark, width: 4), mark != 0 {
      out.append(" fwmark:0x")
      out.append(hexadecimal: mark)
    }
    if let id = row.cgroup, id != 0 {
      out.append(" cgroup:")
      if let name = row.cgroupName {
        out += harmless(name.path.rawBytes)
      } else {
        out.append("unreachable:")
        out.append(hexadecimal: id)
      }
    }
    if socket.local.kind == .ipv6, let v6Only = row.number(.v6Only, width: 1) {
      out.append(" v6only:\(v6Only)")
    }
    appendShutdown(to: &out)
  }

  /// ` <->`: an arrow's head is missing where that direction is shut down.
  private func appendShutdown(to out: inout [UInt8]) {
    guard let mask = row.number(.shutdown, width: 1) else { return }
    out.append(mask & 1 != 0 ? " --" : " <-")
    out.append(mask & 2 != 0 ? "-" : ">")
  }

  private func appendMemory(to out: inout [UInt8]) {
    guard form.showsMemory else { return }
    _ = row.withValue(of: .memory) { value in
      let labels: [(MemoryMember, String)] = [
        (.rmem_alloc, " skmem:(r"), (.rcvbuf, ",rb"), (.wmem_alloc, ",t"), (.sndbuf, ",tb"),
        (.fwd_alloc, ",f"), (.wmem_queued, ",w"), (.optmem, ",o"), (.backlog, ",bl"),
        (.drops, ",d"),
      ]
      for (index, (member, label)) in labels.enumerated() {
        // The last two are newer.
        if index > 6 && value.count < (index + 1) * 4 { break }
        out.append("\(label)\(member.place.raw(in: value))")
      }
      out.append(")")
    }
  }

  private func appendInfo(to out: inout [UInt8]) {
    guard form.showsInfo else { return }
    var vegasRTT: UInt64?
    var algorithm: [UInt8] = []
    _ = row.withValue(of: .vegas) { value in
      guard value.count >= 16 else { return }
      let rtt = value.uint32(at: 8)
      if value.uint32(at: 0) != 0, rtt != 0, rtt != 0x7fff_ffff { vegasRTT = UInt64(rtt) }
    }
    _ = row.withValue(of: .dctcp) { value in
      guard value.count >= 16 else { return }
      if value.uint16(at: 0) == 0 { return algorithm.append(" dctcp:fallback_mode") }
      algorithm.append(" dctcp:(ce_state:\(value.uint16(at: 2)),alpha:\(value.uint32(at: 4)),")
      algorithm.append("ab_ecn:\(value.uint32(at: 8)),ab_tot:\(value.uint32(at: 12)))")
    }
    _ = row.withValue(of: .bbr) { value in
      guard value.count >= 20 else { return }
      algorithm.append(" bbr:(bw:")
      let words = (0..<5).map { UInt64(value.uint32(at: $0 * 4)) }
      appendRate(Double(words[1] << 32 | words[0]) * 8, to: &algorithm)
      algorithm.append("bps,mrtt:")
      algorithm.append(general: Double(words[2]) / 1000)
      for (word, name) in [(words[3], "pacing_gain"), (words[4], "cwnd_gain")] where word != 0 {
        algorithm.append(",\(name):")
        algorithm.append(general: Double(word) / 256)
      }
      algorithm.append(")")
    }
    let congestion = row.text(.congestion)?.bytes ?? []
    _ = row.withValue(of: .tcpInfo) { value in
      SSInfo(value.indices.map { value[$0] }, form: form, isListener: socket.state == .listening)
        .append(
          congestion: harmless(congestion), algorithm: algorithm, vegasRTT: vegasRTT, to: &out)
    }
  }

  private func appendRate(_ rate: Double, to out: inout [UInt8]) {
    out.append(rate: rate, isNumeric: form.isNumeric)
  }
}

/// The line of `-i`: `struct tcp_info`, in ss's words and order.
private struct SSInfo {
  private let bytes: [UInt8]
  private let form: SSForm
  private let isListener: Bool

  init(_ bytes: [UInt8], form: SSForm, isListener: Bool) {
    self.bytes = bytes
    self.form = form
    self.isListener = isListener
  }

  private subscript(member: TCPInfoMember) -> UInt64 { member.place.raw(in: bytes.span) }

  func append(
    congestion: [UInt8], algorithm: [UInt8], vegasRTT: UInt64?, to out: inout [UInt8]
  ) {
    appendOptions(congestion, to: &out)
    appendPath(to: &out)
    appendCounts(to: &out)
    out += algorithm
    appendRates(vegasRTT, to: &out)
    appendLimits(to: &out)
    appendQueues(to: &out)
  }

  private func appendOptions(_ congestion: [UInt8], to out: inout [UInt8]) {
    let options = self[.options]
    if form.showsTimers || form.showsDetails {
      // TCPI_OPT_…
      let names: [(UInt64, String)] = [
        (1, "ts"), (2, "sack"), (8, "ecn"), (16, "ecnseen"), (32, "fastopen"),
      ]
      for (bit, name) in names where options & bit != 0 { out.append(" \(name)") }
    }
    if !congestion.isEmpty {
      out.append(UInt8(ascii: " "))
      out += congestion
    }
    if options & 4 != 0 { out.append(" wscale:\(self[.snd_wscale]),\(self[.rcv_wscale])") }
  }

  private func appendPath(to out: inout [UInt8]) {
    if self[.rto] != 3_000_000 { append("rto", milliseconds: .rto, to: &out) }
    append("backoff", .backoff, to: &out)
    if self[.rtt] != 0 {
      append("rtt", milliseconds: .rtt, to: &out)
      out.append(UInt8(ascii: "/"))
      out.append(general: Double(self[.rttvar]) / 1000)
    }
    append("ato", milliseconds: .ato, to: &out)
    append("mss", .snd_mss, to: &out)
    append("pmtu", .pmtu, to: &out)
    append("rcvmss", .rcv_mss, to: &out)
    append("advmss", .advmss, to: &out)
    append("cwnd", .snd_cwnd, to: &out)
    if self[.snd_ssthresh] < 0xffff { append("ssthresh", .snd_ssthresh, to: &out) }
  }

  private func appendCounts(to out: inout [UInt8]) {
    append("bytes_sent", .bytes_sent, to: &out)
    append("bytes_retrans", .bytes_retrans, to: &out)
    append("bytes_acked", .bytes_acked, to: &out)
    append("bytes_received", .bytes_received, to: &out)
    append("segs_out", .segs_out, to: &out)
    append("segs_in", .segs_in, to: &out)
    append("data_segs_out", .data_segs_out, to: &out)
    append("data_segs_in", .data_segs_in, to: &out)
  }

  private func appendRates(_ vegasRTT: UInt64?, to out: inout [UInt8]) {
    let rtt = vegasRTT ?? self[.rtt]
    if rtt > 0, self[.snd_mss] > 0, self[.snd_cwnd] > 0 {
      let rate = Double(self[.snd_cwnd]) * Double(self[.snd_mss]) * 8_000_000 / Double(rtt)
      append("send", rate: rate, to: &out)
    }
    append("lastsnd", .last_data_sent, to: &out)
    append("lastrcv", .last_data_recv, to: &out)
    append("lastack", .last_ack_recv, to: &out)
    let pacing = self[.pacing_rate]
    if pacing != 0, pacing != .max {
      append("pacing_rate", rate: Double(pacing) * 8, to: &out)
      let most = self[.max_pacing_rate]
      if most != 0, most != .max {
        out.append(UInt8(ascii: "/"))
        out.append(rate: Double(most) * 8, isNumeric: form.isNumeric)
        out.append("bps")
      }
    }
    if self[.delivery_rate] != 0 {
      append("delivery_rate", rate: Double(self[.delivery_rate]) * 8, to: &out)
    }
    append("delivered", .delivered, to: &out)
    append("delivered_ce", .delivered_ce, to: &out)
    if self[.delivery_rate_app_limited] != 0 { out.append(" app_limited") }
  }

  private func appendLimits(to out: inout [UInt8]) {
    let busy = self[.busy_time]
    if busy == 0 { return }
    out.append(" busy:\(busy / 1000)ms")
    let limits: [(String, TCPInfoMember)] = [
      ("rwnd_limited", .rwnd_limited), ("sndbuf_limited", .sndbuf_limited),
    ]
    for (name, member) in limits where self[member] != 0 {
      out.append(" \(name):\(self[member] / 1000)ms(")
      out.append(fixed: 100 * Double(self[member]) / Double(busy), decimals: 1)
      out.append("%)")
    }
  }

  private func appendQueues(to out: inout [UInt8]) {
    append("unacked", .unacked, to: &out)
    if self[.retrans] != 0 || self[.total_retrans] != 0 {
      out.append(" retrans:\(self[.retrans])/\(self[.total_retrans])")
    }
    append("lost", .lost, to: &out)
    if !isListener { append("sacked", .sacked, to: &out) }
    append("dsack_dups", .dsack_dups, to: &out)
    append("fackets", .fackets, to: &out)
    if self[.reordering] != 3 { out.append(" reordering:\(self[.reordering])") }
    append("reord_seen", .reord_seen, to: &out)
    append("rcv_rtt", milliseconds: .rcv_rtt, to: &out)
    append("rcv_space", .rcv_space, to: &out)
    append("rcv_ssthresh", .rcv_ssthresh, to: &out)
    append("notsent", .notsent_bytes, to: &out)
    if self[.min_rtt] != UInt64(UInt32.max) { append("minrtt", milliseconds: .min_rtt, to: &out) }
    append("rcv_ooopack", .rcv_ooopack, to: &out)
    append("snd_wnd", .snd_wnd, to: &out)
  }

  /// Nothing for 0, as everywhere here.
  private func append(_ name: String, _ member: TCPInfoMember, to out: inout [UInt8]) {
    let value = self[member]
    if value != 0 { out.append(" \(name):\(value)") }
  }

  private func append(
    _ name: String, milliseconds member: TCPInfoMember, to out: inout [UInt8]
  ) {
    let value = self[member]
    if value == 0 { return }
    out.append(" \(name):")
    out.append(general: Double(value) / 1000)
  }

  private func append(_ name: String, rate: Double, to out: inout [UInt8]) {
    out.append(" \(name) ")
    out.append(rate: rate, isNumeric: form.isNumeric)
    out.append("bps")
  }
}

extension [UInt8] {
  /// Bits a second: `23.8G`, or with `-n` the whole number.
  fileprivate mutating func append(rate: Double, isNumeric: Bool) {
    if isNumeric { return append(fixed: rate, decimals: 0) }
    for (unit, name) in [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")] where rate >= unit {
      append(general: rate / unit, digits: 3)
      return append(name)
    }
    append(general: rate)
  }
}
