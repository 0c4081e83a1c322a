internal import SocketModel

/// The last byte counts of a socket that the kernel destroyed.
///
/// The kernel's own count of received bytes holds the peer's FIN where that came. A state tells it, or
/// what the peer sent; where neither does the count is the kernel's.
struct FinalCounts: Hashable, Sendable {
  let counts: ByteCounts
  /// Whether it is certain that the FIN is not among them.
  let isExact: Bool

  /// `state` is the last that the socket was seen in, nil where it never was; `remnant` is FIN_WAIT_2
  /// or TIME_WAIT where it lives on as such a row; `peerSent` is what the other end sent, where that
  /// is on this host and was destroyed as well. Nil where the kernel does not count.
  init?(_ info: TCPInfo, seenIn state: TCPState?, remnant: TCPState?, peerSent: UInt64?) {
    guard let sent = info.payloadSent, let received = info[.bytes_received] else { return nil }
    let payload: UInt64?
    if received == 0 {
      payload = 0
    } else if let peerSent, peerSent == received || peerSent == received - 1 {
      payload = peerSent
    } else if info[.data_segs_in] == 0 || state.map(Self.afterFIN.contains) ?? false {
      payload = received - 1
    } else {
      payload = remnant == .finWait2 ? received : nil
    }
    isExact = payload != nil
    counts = ByteCounts(received: payload ?? received, sent: sent)
  }

  private static let afterFIN = StateSet(.closeWait, .closing, .lastAck)
}
