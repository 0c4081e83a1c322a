/// What keeps a TCP connection from moving faster, or whose turn it is: by two samples of one end, and
/// what is known of the other. `Verdict.rules` says when which is given.
public enum Verdict: UInt8, Hashable, Sendable, CaseIterable {
  case noReply, notAccepted, peerNotReading, loss, peerBufferSmall, sendBuffer, rttInflated
  case halfClosed, waitingForAnswer, answerOwed, appIdle, ok, noEvidence

  /// As it is written everywhere.
  public var name: String {
    switch self {
    case .noReply: "no-reply"
    case .notAccepted: "not-accepted"
    case .peerNotReading: "peer-not-reading"
    case .loss: "loss"
    case .peerBufferSmall: "peer-buffer-small"
    case .sendBuffer: "send-buffer"
    case .rttInflated: "rtt-inflated"
    case .halfClosed: "half-closed"
    case .waitingForAnswer: "waiting-for-answer"
    case .answerOwed: "answer-owed"
    case .appIdle: "app-idle"
    case .ok: "ok"
    case .noEvidence: "no-evidence"
    }
  }

  /// Nil where there is no such word.
  public init?(_ name: some StringProtocol) {
    guard let verdict = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = verdict
  }

  /// Whether something is wrong, and not only nobody's turn.
  public var isTrouble: Bool {
    switch self {
    case .noReply, .notAccepted, .peerNotReading, .loss, .peerBufferSmall, .sendBuffer,
      .rttInflated, .halfClosed, .answerOwed:
      true
    case .waitingForAnswer, .appIdle, .ok, .noEvidence: false
    }
  }
}

/// What the rules go by. Times are in milliseconds, shares in percent of the time between two samples.
private enum Limit {
  /// How long something must have been so, where there is no earlier sample to show it.
  static let while_: UInt64 = 1000
  static let backoff: UInt64 = 2
  static let probes: UInt64 = 2
  /// Segments that were lost.
  static let lost: UInt64 = 2
  /// Tenths of a percent of the segments sent.
  static let lossShare: UInt64 = 5
  static let slowReaderShare: UInt64 = 50
  /// How long what is written now waits behind what was written before.
  static let backlog: UInt64 = 200
  static let windowShare: UInt64 = 20
  /// What a receive buffer has that nobody made smaller (net.ipv4.tcp_rmem), in bytes.
  static let usualBuffer: UInt64 = 131_072
  static let bufferShare: UInt64 = 20
  static let busyShare: UInt64 = 50
  /// Microseconds.
  static let rttExcess: UInt64 = 20_000
  /// Tenths.
  static let rttRatio: UInt64 = 25
}

extension Verdict {
  /// When a verdict is given. The rules are asked in their order, and the first that holds counts.
  public struct Rule: Sendable {
    public let verdict: Verdict
    /// A sentence for the manual.
    public let text: String
    let holds: @Sendable (ConnectionSamples) -> Bool
  }

  public static let rules: [Rule] = [
    Rule(
      verdict: .noReply,
      text: """
        Nothing comes back: \(Limit.probes) probes without an answer, or what was sent was sent again \
        with the timeout doubled \(Limit.backoff) times and nothing acknowledged between the samples; \
        or a SYN had to be sent again. A dead host and a firewall that drops look the same.
        """,
      holds: { $0.hasNoReply }),
    Rule(
      verdict: .notAccepted,
      text: """
        The kernel made the connection and the server's program has not accepted it, in both samples \
        or for \(Limit.while_) ms; told of both ends where both are on this host.
        """,
      holds: { $0.isNotAccepted }),
    Rule(
      verdict: .peerNotReading,
      text: """
        The other end's window is closed and nothing was acknowledged between the samples; or its \
        window held up the sender for \(Limit.slowReaderShare) % of the time and what is written now \
        waits for \(Limit.backlog) ms.
        """,
      holds: { $0.peerDoesNotRead }),
    Rule(
      verdict: .loss,
      text: """
        \(Limit.lost) segments or more and \(Limit.lossShare) in 1,000 of those sent were lost between the \
        samples (sent again, without those that the other end had twice); or segments seem lost now, \
        in both.
        """,
      holds: { $0.losesSegments }),
    Rule(
      verdict: .peerBufferSmall,
      text: """
        The other end's window, which is not closed, held up the sender for \(Limit.windowShare) % of \
        the time, and the path takes twice as much: its receive buffer is small.
        """,
      holds: { $0.peerBufferIsSmall }),
    Rule(
      verdict: .sendBuffer,
      text: """
        This end's send buffer held it up for \(Limit.bufferShare) % of the time; or half of what it \
        holds was on its way all the time, nothing waited, and the path takes twice as much.
        """,
      holds: { $0.sendBufferIsSmall }),
    Rule(
      verdict: .rttInflated,
      text: """
        While it sent for \(Limit.busyShare) % of the time the round trip was \
        \(Limit.rttExcess / 1000) ms and \(Limit.rttRatio / 10).\(Limit.rttRatio % 10) times above its \
        best in both samples: a queue on the way is full. Never of a connection within this host.
        """,
      holds: { $0.hasInflatedRTT }),
    Rule(
      verdict: .halfClosed,
      text: """
        One end has closed and the other has not (CLOSE_WAIT, FIN_WAIT_2), in both samples or for \
        \(Limit.while_) ms, and nothing moves.
        """,
      holds: { $0.isHalfClosed }),
    Rule(
      verdict: .waitingForAnswer,
      text: "Nothing moves or waits to be sent, and this end, which is no server, sent last.",
      holds: { $0.waitsForAnswer }),
    Rule(
      verdict: .answerOwed,
      text: """
        Nothing moves, and for \(Limit.while_) ms this end has not read what came, or is a server that \
        has not answered it.
        """,
      holds: { $0.owesAnswer }),
    Rule(
      verdict: .appIdle,
      text: "Nothing moves or waits to be sent, between the samples or for \(Limit.while_) ms.",
      holds: { $0.isIdle }),
    Rule(
      verdict: .ok, text: "Data moves, and none of the above holds.", holds: { $0.moves }),
    Rule(
      verdict: .noEvidence,
      text: "None of the above: a single sample, or too new a connection, says little.",
      holds: { _ in true }),
  ]

  /// Nil for what is no connection: a listener, TIME_WAIT, or a request.
  public init?(_ samples: ConnectionSamples) {
    guard samples.later.isConnection else { return nil }
    self = Self.rules.first { $0.holds(samples) }?.verdict ?? .noEvidence
  }
}

/// What is known of a connection: one end at two moments, and the other end where it is on this host.
public struct ConnectionSamples: Sendable {
  public var later: ConnectionSample
  /// The same end before; nil where it was not seen.
  public var earlier: ConnectionSample?
  /// Between the two, in microseconds.
  public var elapsed: UInt64
  public var peer: PeerSample?
  public var earlierPeer: PeerSample?
  /// Whether the other end is on this host.
  public var isLocal = false
  /// Whether somebody listens on this end's port; nil where that is not known.
  public var isServer: Bool?

  public init(_ later: ConnectionSample, earlier: ConnectionSample? = nil, elapsed: UInt64 = 0) {
    self.later = later
    self.earlier = elapsed > 0 ? earlier : nil
    self.elapsed = elapsed
  }
}

extension ConnectionSamples {
  /// What a count grew by; nil where one of them is not known.
  private func growth(_ count: (ConnectionSample) -> UInt64?) -> UInt64? {
    guard let earlier, let old = count(earlier), let new = count(later) else { return nil }
    return new >= old ? new - old : nil
  }

  /// Percent of the time between the samples.
  private func share(_ time: (ConnectionSample) -> UInt64?) -> UInt64? {
    growth(time).flatMap { elapsed == 0 ? nil : $0.multipliedClamped(by: 100) / elapsed }
  }

  private var acknowledged: UInt64? { growth(\.acknowledged) }

  /// Whether no byte was sent or came in.
  private var isQuiet: Bool {
    if let sent = growth(\.sent), let received = growth(\.received) { return sent + received == 0 }
    return later.idle.map { $0 >= Limit.while_ } ?? false
  }

  fileprivate var moves: Bool {
    guard earlier != nil else { return false }
    return growth(\.sent) ?? 0 > 0 || growth(\.received) ?? 0 > 0 || acknowledged ?? 0 > 0
  }

  fileprivate var hasNoReply: Bool {
    if later.state == .synSent {
      return later.timerRetransmits > 0 || earlier?.state == .synSent
    }
    if let acknowledged, acknowledged > 0 { return false }
    guard let since = later.lastAcknowledgement, since >= Limit.while_ / 2 else { return false }
    if later.probes ?? 0 >= Limit.probes { return true }
    return later.backoff ?? 0 >= Limit.backoff && later.unacknowledged ?? 0 > 0
      && later.timer == .retransmit && later.congestionState == 4
  }

  fileprivate var isNotAccepted: Bool {
    let isOld = later.idle.map { $0 >= Limit.while_ } ?? false
    if later.isQueued { return isOld || earlier?.isQueued ?? false }
    return peer?.isQueued ?? false && (isOld || earlierPeer?.isQueued ?? false)
  }

  /// In milliseconds, at the rate at which the other end took data between the samples; nil where it took
  /// none.
  private var backlog: UInt64? {
    guard let acknowledged, acknowledged > 0 else { return nil }
    return later.sendQueue.multipliedClamped(by: elapsed) / acknowledged / 1000
  }

  fileprivate var peerDoesNotRead: Bool {
    guard later.sendQueue > 0 else { return false }
    guard let earlier else {
      return later.isWindowClosed && later.lastDataSent.map { $0 >= Limit.while_ } ?? false
    }
    if acknowledged == 0 { return later.isWindowClosed && earlier.isWindowClosed }
    guard let backlog, backlog >= Limit.backlog,
      share(\.windowLimited) ?? 0 >= Limit.slowReaderShare
    else { return false }
    if let peer { return peer.receiveQueue > 0 && !hasSmallBuffer(peer) }
    return later.isWindowClosed && earlier.isWindowClosed
  }

  fileprivate var losesSegments: Bool {
    guard let earlier else { return later.seemsToLose }
    if earlier.seemsToLose && later.seemsToLose { return true }
    guard let again = growth(\.retransmitted), let sent = growth(\.segmentsSent), sent > 0 else {
      return false
    }
    let needless = growth(\.duplicates) ?? 0
    let lost = again > needless ? again - needless : 0
    return lost >= Limit.lost && lost.multipliedClamped(by: 1000) / sent >= Limit.lossShare
  }

  private func hasSmallBuffer(_ peer: PeerSample) -> Bool {
    peer.receiveBuffer.map { $0 < Limit.usualBuffer } ?? false
  }

  fileprivate var peerBufferIsSmall: Bool {
    guard let earlier, acknowledged ?? 0 > 0, share(\.windowLimited) ?? 0 >= Limit.windowShare,
      let window = later.window, let former = earlier.window, window > 0, former > 0,
      let path = later.pathTakes, path / 2 >= window
    else { return false }
    if let peer {
      return hasSmallBuffer(peer)
        || peer.receiveQueue == 0 && earlierPeer?.receiveQueue ?? 0 == 0
    }
    // One that changes is that of a reader who comes and goes.
    let (least, most) = (min(window, former), max(window, former))
    let steady = max(most / 4, 2 * (later.segmentSize ?? 0))
    return !later.isWindowClosed && !earlier.isWindowClosed && most - least <= steady
  }

  fileprivate var sendBufferIsSmall: Bool {
    guard let earlier else { return false }
    if share(\.bufferLimited) ?? 0 >= Limit.bufferShare { return true }
    guard share(\.busy) ?? 0 >= Limit.busyShare, earlier.notSent == 0, later.notSent == 0,
      let buffer = later.sendBuffer, buffer > 0, let path = later.pathTakes, path / 2 >= buffer,
      let rtt = later.rtt, let acknowledged
    else { return false }
    // What was on its way on average.
    return acknowledged.multipliedClamped(by: rtt) / elapsed >= buffer / 2
  }

  fileprivate var hasInflatedRTT: Bool {
    guard let earlier, peer == nil, !isLocal, share(\.busy) ?? 0 >= Limit.busyShare else {
      return false
    }
    return earlier.hasInflatedRTT && later.hasInflatedRTT
  }

  fileprivate var isHalfClosed: Bool {
    guard later.state == .closeWait || later.state == .finWait2 else { return false }
    if let earlier { return earlier.state == later.state && !moves }
    return later.lastAcknowledgement.map { $0 >= Limit.while_ } ?? false
  }

  fileprivate var waitsForAnswer: Bool {
    isQuiet && later.state == .established && later.sendQueue == 0 && later.receiveQueue == 0
      && isServer != true && later.sentLast
  }

  fileprivate var owesAnswer: Bool {
    guard isQuiet, later.sendQueue == 0, later.lastDataReceived ?? 0 >= Limit.while_ else {
      return false
    }
    return later.receiveQueue > 0 || isServer == true && later.receivedLast
  }

  fileprivate var isIdle: Bool { isQuiet && later.sendQueue == 0 }
}

extension UInt64 {
  /// The largest number where the product passes it.
  fileprivate func multipliedClamped(by other: UInt64) -> UInt64 {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }
}

/// One end of a connection at one moment. Of what `tcp_info` tells, each is nil where the kernel does not.
public struct ConnectionSample: Hashable, Sendable {
  public var state: TCPState
  public var receiveQueue: UInt64
  public var sendQueue: UInt64
  public var timer: SocketTimer.Kind
  public var timerRetransmits: UInt8
  /// Whether no program has accepted it.
  public var isQueued: Bool
  var congestionState, probes, backoff, unacknowledged, lost, window, notSent: UInt64?
  var lastDataSent, lastDataReceived, lastAcknowledgement, rtt, leastRTT: UInt64?
  var segmentsInFlight, segmentSize, busy, windowLimited, bufferLimited: UInt64?
  var retransmitted, duplicates, segmentsSent, segmentsReceived: UInt64?
  var acknowledged, sent, received, sendBuffer: UInt64?
  /// Whether there is a `tcp_info` at all.
  var hasInfo: Bool

  /// `info` and `memory` give single members.
  public init(
    _ socket: Socket, info: (TCPInfoMember) -> UInt64?, memory: (MemoryMember) -> UInt64?
  ) {
    state = socket.state
    receiveQueue = UInt64(socket.receiveQueue)
    sendQueue = UInt64(socket.sendQueue)
    timer = socket.timer.kind
    timerRetransmits = socket.timer.retransmits
    isQueued = socket.isNotAccepted
    congestionState = info(.ca_state)
    hasInfo = congestionState != nil
    probes = info(.probes)
    backoff = info(.backoff)
    unacknowledged = info(.unacked)
    lost = info(.lost)
    window = info(.snd_wnd)
    notSent = info(.notsent_bytes)
    lastDataSent = info(.last_data_sent)
    lastDataReceived = info(.last_data_recv)
    lastAcknowledgement = info(.last_ack_recv)
    rtt = info(.rtt)
    leastRTT = info(.min_rtt)
    segmentsInFlight = info(.snd_cwnd)
    segmentSize = info(.snd_mss)
    busy = info(.busy_time)
    windowLimited = info(.rwnd_limited)
    bufferLimited = info(.sndbuf_limited)
    retransmitted = info(.total_retrans)
    duplicates = info(.dsack_dups)
    segmentsSent = info(.data_segs_out)
    segmentsReceived = info(.data_segs_in)
    acknowledged = info(.bytes_acked)
    sent = info(.bytes_sent)
    received = info(.bytes_received)
    sendBuffer = memory(.sndbuf)
  }
}

extension ConnectionSample {
  private static let connected = StateSet(
    .synSent, .established, .finWait1, .finWait2, .closeWait, .lastAck, .closing)

  /// Whether it is one end of a connection that the kernel tells of.
  var isConnection: Bool {
    hasInfo && Self.connected.contains(state)
  }

  /// Milliseconds since data moved, or since the connection was made.
  var idle: UInt64? {
    guard let lastDataSent, let lastDataReceived else { return nil }
    return min(lastDataSent, lastDataReceived)
  }

  var isWindowClosed: Bool { timer == .persist || window == 0 && sendQueue > 0 }

  var seemsToLose: Bool { congestionState ?? 0 >= 3 && lost ?? 0 > 0 }

  var hasInflatedRTT: Bool {
    guard let rtt, let leastRTT, leastRTT > 0, rtt > leastRTT else { return false }
    return rtt - leastRTT >= Limit.rttExcess
      && rtt.multipliedClamped(by: 10) >= leastRTT.multipliedClamped(by: Limit.rttRatio)
  }

  /// Bytes that the congestion window lets be on their way.
  var pathTakes: UInt64? {
    guard let segmentsInFlight, let segmentSize else { return nil }
    return segmentsInFlight.multipliedClamped(by: segmentSize)
  }

  /// Within a clock tick of the kernel's nobody knows who was last.
  var sentLast: Bool {
    guard segmentsSent ?? 0 > 0 else { return false }
    if segmentsReceived == 0 { return true }
    guard let lastDataSent, let lastDataReceived else { return false }
    return lastDataSent < lastDataReceived
  }

  var receivedLast: Bool {
    guard segmentsReceived ?? 0 > 0 else { return false }
    if segmentsSent == 0 { return true }
    guard let lastDataSent, let lastDataReceived else { return false }
    return lastDataReceived < lastDataSent
  }
}

/// What matters of the other end.
public struct PeerSample: Hashable, Sendable {
  public var receiveQueue: UInt64
  public var isQueued: Bool
  /// In bytes; nil where it is not known.
  public var receiveBuffer: UInt64?

  public init(_ socket: Socket, receiveBuffer: UInt64?) {
    receiveQueue = UInt64(socket.receiveQueue)
    isQueued = socket.isNotAccepted
    self.receiveBuffer = receiveBuffer
  }
}

extension Socket {
  /// Whether the kernel made the connection and no program has accepted it.
  var isNotAccepted: Bool {
    inode == 0 && kind == .tcp && (state == .established || state == .closeWait)
  }
}
