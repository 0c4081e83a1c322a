internal import LinuxSystem
internal import SocketModel

/// Why a handshake did not come about. The error number alone does not tell: `ECONNREFUSED` is a
/// reset or a firewall's ICMP message, `EACCES` a route or a router's. So the socket's error queue
/// decides (ip(7) `IP_RECVERR`), and where it is empty, a UDP socket that takes the same route.
extension ProbeResult.Finding {
  /// `elapsed` is the time since connect(2) was called.
  init(
    _ error: Errno, _ socket: borrowing TCPSocket, to target: SocketAddress, after elapsed: Duration
  ) {
    if let told = Self(queuedAt: socket, to: target, after: elapsed) {
      self = told
      return
    }
    self =
      switch error {
      case .connectionRefused: .closed
      case .timedOut: .filtered(.noAnswer)
      default: .failed(ProbeResult.Failure(error, to: target))
      }
  }

  /// What the error queue alone tells; nil where it is empty.
  init?(
    queuedAt socket: borrowing TCPSocket, to target: SocketAddress, after elapsed: Duration
  ) {
    guard let reply = socket.icmpReply() else { return nil }
    // A request for a hardware address takes seconds; a firewall's rule takes no longer than a busy host does.
    let mayBeNeighbor = elapsed >= .milliseconds(100) && reply.sender != target.endpoint.address
    self =
      reply.isOwn && reply.saysHostUnreachable && mayBeNeighbor
      ? .filtered(.noNeighbor) : .filtered(.icmp(reply))
  }
}

extension TCPSocket {
  /// Has ICMP errors queued with their senders. Without the queue an answer is still open, closed or
  /// filtered, just not by whom.
  func queueErrors(_ isOn: Bool = true) {
    guard let family = try? socket.family() else { return }
    try? socket.set(family == .ipv4 ? .receivesErrors : .receivesErrors6, isOn ? 1 : 0)
  }

  /// What the error queue says; the latest message counts.
  func icmpReply() -> ProbeResult.ICMPReply? {
    var latest: ProbeResult.ICMPReply?
    // A queue has few entries: the bound is for a flood of forged messages.
    for _ in 0..<16 {
      guard let error = try? socket.nextQueuedError() else { break }
      guard error.origin == .icmp || error.origin == .icmp6 else { continue }
      let own = try? socket.localAddress().endpoint.address
      latest = ProbeResult.ICMPReply(
        family: error.origin == .icmp ? .ipv4 : .ipv6, type: error.type, code: error.code,
        sender: error.offender, isOwn: error.offender != nil && error.offender == own)
    }
    return latest
  }
}

extension ProbeResult.Failure {
  /// Why connect(2) failed before anything was sent.
  init(_ error: Errno, to target: SocketAddress) {
    let address = target.endpoint.address
    if address.isMulticast {
      self = .multicast
    } else if address == .broadcast {
      self = .broadcast
    } else if error == .invalidArgument, address.isLinkLocal, target.interface == 0 {
      self = .needsZone
    } else {
      self = Self.told(error, target, byUDP: Self.routeError(to: target))
    }
  }

  private static func told(_ error: Errno, _ target: SocketAddress, byUDP udp: Errno?) -> Self {
    switch error {
    // The only route error that UDP alone has: the route is there, and leads to a broadcast address.
    case .networkUnreachable where udp == .accessDenied: .broadcast
    case .networkUnreachable: .noRoute
    case .hostUnreachable: udp == .hostUnreachable ? .unreachableRoute : .noRoute
    case .accessDenied: udp == .accessDenied ? .prohibitRoute : .policy
    case .notPermitted: .policy
    case .invalidArgument where udp == .invalidArgument: .blackholeRoute
    case .addressNotAvailable, .addressInUse: udp == nil ? .noLocalPort : .noLocalAddress
    case .familyNotSupported: .noFamily(target.family)
    default: .error(error.rawValue, "\(error)")
    }
  }

  /// What the kernel says of the way there: connect(2) of a UDP socket looks up a route and sends
  /// nothing.
  private static func routeError(to target: SocketAddress) -> Errno? {
    do throws(Errno) {
      _ = try UDPSocket(target.family).socket.connect(to: target)
      return nil
    } catch {
      return error
    }
  }
}

extension IPAddress {
  fileprivate static let broadcast = IPAddress(v4: .max)

  /// 224.0.0.0/4 (RFC 1112), ff00::/8 (RFC 4291).
  fileprivate var isMulticast: Bool {
    family == .ipv4 ? bits >> 28 == 0xe : bits >> 120 == 0xff
  }
}
