internal import LinuxSystem
internal import SocketModel

/// One connection attempt of a probe, reset when it is let go.
final class ProbeAttempt {
  private let socket: TCPSocket
  private let target: SocketAddress
  let begun: MonotonicInstant
  /// What connect(2) itself said; nil while the handshake goes on.
  private let immediate: ProbeResult.Finding?

  /// Throws where no socket can be had.
  init(_ target: SocketAddress) throws(Errno) {
    let socket = try TCPSocket(target.family)
    try socket.resetOnClose()
    // Without the queue the answer is still open, closed or filtered, just not by whom.
    try? socket.socket.set(target.family == .ipv4 ? .receivesErrors : .receivesErrors6, 1)
    begun = .now()
    var immediate: ProbeResult.Finding?
    do throws(Errno) {
      if try socket.socket.connect(to: target) { immediate = Self.answered(socket) }
    } catch {
      immediate = Self.finding(error, socket, target.family)
    }
    self.socket = socket
    self.target = target
    self.immediate = immediate
  }

  var rawValue: Int32 { socket.rawValue }

  /// There is nothing to wait for.
  var isDecided: Bool { immediate != nil }

  /// What is known by now.
  func finding(hasAnswer: Bool) -> ProbeResult.Finding? {
    if let immediate { return immediate }
    guard hasAnswer else { return nil }
    do throws(Errno) {
      if let error = try socket.socket.takeError() { throw error }
    } catch {
      return Self.finding(error, socket, target.family)
    }
    return Self.answered(socket)
  }

  /// A free port of this host may be given to the prober itself, which then answers its own SYN:
  /// nobody listens there.
  private static func answered(_ socket: borrowing TCPSocket) -> ProbeResult.Finding {
    do throws(Errno) {
      let isItself = try socket.socket.localAddress() == socket.socket.remoteAddress()
      return isItself ? .closed(nil) : .open
    } catch {
      // The peer has reset what it had accepted.
      return .open
    }
  }

  private static func finding(
    _ error: Errno, _ socket: borrowing TCPSocket, _ family: IPAddress.Family
  ) -> ProbeResult.Finding {
    let reply = icmpReply(socket, family)
    switch error {
    case .connectionRefused:
      return .closed(reply)
    case .timedOut:
      return .filtered(.noAnswer)
    default:
      guard let reply else { return .failed(ProbeResult.Failure(error)) }
      // The kernel reports a neighbour that does not answer by an ICMP message to itself.
      let own = try? socket.socket.localAddress().endpoint.address
      return .filtered(reply.sender == own ? .noNeighbor : .icmp(reply))
    }
  }

  /// What the error queue says about it; the latest message counts.
  private static func icmpReply(
    _ socket: borrowing TCPSocket, _ family: IPAddress.Family
  ) -> ProbeResult.ICMPReply? {
    var latest: ProbeResult.ICMPReply?
    // A queue has few entries: the bound is for a flood of forged messages.
    for _ in 0..<16 {
      guard let error = try? socket.socket.nextQueuedError() else { break }
      guard error.origin == .icmp || error.origin == .icmp6 else { continue }
      latest = ProbeResult.ICMPReply(
        family: family, type: error.type, code: error.code, sender: error.offender)
    }
    return latest
  }
}

extension ProbeResult.Failure {
  init(_ error: Errno) {
    self =
      switch error {
      case .networkUnreachable, .hostUnreachable: .noRoute
      case .notPermitted, .accessDenied: .forbiddenHere
      case .addressNotAvailable: .noLocalAddress
      default: .error(error.rawValue)
      }
  }
}
