/// What a probe found out about one TCP port (RFC 9293; the three words are nmap's).
public struct ProbeResult: Hashable, Sendable {
  public let endpoint: IPEndpoint
  /// The interface index of a link-local address; 0 for none.
  public let interface: UInt32
  public let finding: Finding
  /// From the SYN to the answer, or for as long as none was awaited.
  public let duration: Duration

  public enum Finding: Hashable, Sendable {
    /// Somebody accepts connections; the duration is the round trip.
    case open
    /// A reset: nobody listens. A firewall may answer like this in the host's name.
    case closed
    /// Something on the way, or the host itself, does not let it through. A TCP stack never says so of
    /// a port: an ICMP message, `port unreachable` included, is a firewall's or a router's.
    case filtered(Reason)
    /// This host could not even try.
    case failed(Failure)
  }

  /// How it is known that a port is filtered.
  public enum Reason: Hashable, Sendable {
    case noAnswer
    case icmp(ICMPReply)
    /// The next host on the way, or the target itself, did not answer the request for its hardware
    /// address.
    case noNeighbor
  }

  /// An ICMP (RFC 792) or ICMPv6 (RFC 4443) message, and the router or host that sent it.
  public struct ICMPReply: Hashable, Sendable {
    public let family: IPAddress.Family
    public let type: UInt8
    public let code: UInt8
    public let sender: IPAddress?
    /// The connecting host sent it to itself: a rule of its own firewall did.
    public let isOwn: Bool

    public init(
      family: IPAddress.Family, type: UInt8, code: UInt8, sender: IPAddress?, isOwn: Bool = false
    ) {
      self.family = family
      self.type = type
      self.code = code
      self.sender = sender
      self.isOwn = isOwn
    }

    /// Host unreachable: also what the kernel tells a socket when a neighbor does not answer.
    public var saysHostUnreachable: Bool {
      family == .ipv4 ? (type, code) == (3, 1) : (type, code) == (1, 3)
    }
  }

  /// Why this host sent nothing.
  public enum Failure: Hashable, Sendable {
    case noRoute
    /// A route or routing rule of type `unreachable`, `prohibit` or `blackhole`.
    case unreachableRoute, prohibitRoute, blackholeRoute
    /// A cgroup program, a security module or seccomp forbids the call.
    case policy
    /// Every local port to this target is in use.
    case noLocalPort
    /// No address of this host to connect from.
    case noLocalAddress
    /// The kernel does not have the address family.
    case noFamily(IPAddress.Family)
    case broadcast
    case multicast
    /// A link-local address without its interface.
    case needsZone
    /// Any other error, by number and in the C library's words.
    case error(Int32, String)
  }

  public init(
    _ endpoint: IPEndpoint, interface: UInt32 = 0, _ finding: Finding, duration: Duration
  ) {
    self.endpoint = endpoint
    self.interface = interface
    self.finding = finding
    self.duration = duration
  }
}
