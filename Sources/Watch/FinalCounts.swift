internal import SocketModel

/// The last byte counts of a socket that the kernel destroyed.
///
/// The kernel's own count of received bytes holds the peer's FIN where that came, which the state
/// can't tell any more: it is closed. What the other end sent, where that is on this host and gone
/// as well, decides. Else it depends on who closed first, and on whether it was a close at all.
struct FinalCounts: Hashable, Sendable {
  let counts: ByteCounts
  /// Whether it is certain that the FIN was, or was not, in the kernel's count.
  let isExact: Bool

  /// What is known of the connection besides its last `tcp_info`.
  struct Circumstances: Hashable, Sendable {
    /// The state in which it was last seen; nil where it never was.
    var state: TCPState?
    /// Whether it lives on as a row in FIN_WAIT_2 or TIME_WAIT, and in which.
    var remnant: TCPState?
    /// Whether a listener of this host made it: its SYN is not in `bytes_acked` then.
    var isAccepted = false
    /// Payload bytes that the other end sent, where it is on this host and was destroyed as well.
    var peerSent: UInt64?
  }

  init?(_ info: TCPInfo?, _ circumstances: Circumstances) {
    guard let info, let sent = info.payloadSent, let received = info[.bytes_received] else {
      return nil
    }
    let answer = Self.holdsFIN(info, received, sent, circumstances)
    isExact = answer != nil
    let payload = answer ?? false ? received - 1 : received
    counts = ByteCounts(received: payload, sent: sent)
  }

  /// Nil where that can't be known.
  private static func holdsFIN(
    _ info: TCPInfo, _ received: UInt64, _ sent: UInt64, _ circumstances: Circumstances
  ) -> Bool? {
    if received == 0 { return false }
    if info[.data_segs_in] == 0 { return true }
    if let peerSent = circumstances.peerSent, received - peerSent.clamped(to: received) <= 1 {
      return received > peerSent
    }
    if let state = circumstances.state,
      StateSet(.closeWait, .closing, .lastAck).contains(state)
    {
      return true
    }
    switch circumstances.remnant {
    // The peer has not closed yet.
    case .some(.finWait2): return false
    // We closed first. The FIN came before or after the socket gave way to its row.
    case .some: return nil
    case nil:
      // Our FIN was acknowledged and nothing is left: the peer had closed first. Else it was reset.
      let synAndFIN: UInt64 = circumstances.isAccepted ? 1 : 2
      return info[.bytes_acked].map { $0 >= sent + synAndFIN }
    }
  }
}

extension UInt64 {
  fileprivate func clamped(to limit: UInt64) -> UInt64 { Swift.min(self, limit) }
}
