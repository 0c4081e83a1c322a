/// What a probe found out about one TCP port (RFC 9293; the three words are nmap's).
public struct ProbeResult: Hashable, Sendable {
  public let endpoint: Endpoint
  /// The interface index of a link-local address; 0 for none.
  public let interface: UInt32
  public let finding: Finding
  /// From the SYN to the answer, or for as long as none was awaited.
  public let duration: Duration

  public enum Finding: Hashable, Sendable {
    /// Somebody accepts connections; the duration is the round trip.
    case open
    /// The answer was that nobody does: a reset, or an ICMP message that says so. A firewall may
    /// answer like this in the host's name.
    case closed(ICMPReply?)
    /// Something on the way, or the host itself, does not let it through.
    case filtered(Reason)
    /// This host could not even try.
    case failed(Failure)
  }

  /// How it is known that a port is filtered.
  public enum Reason: Hashable, Sendable {
    case noAnswer
    case icmp(ICMPReply)
    /// No such host on the link: it did not answer the question for its hardware address.
    case noNeighbor
  }

  /// An ICMP (RFC 792) or ICMPv6 (RFC 4443) message, and the router or host that sent it.
  public struct ICMPReply: Hashable, Sendable {
    public let family: IPAddress.Family
    public let type: UInt8
    public let code: UInt8
    public let sender: IPAddress?

    public init(family: IPAddress.Family, type: UInt8, code: UInt8, sender: IPAddress?) {
      self.family = family
      self.type = type
      self.code = code
      self.sender = sender
    }
  }

  public enum Failure: Hashable, Sendable {
    /// No route there from this host (`ENETUNREACH`, `EHOSTUNREACH`).
    case noRoute
    /// A rule of this host's own firewall (`EPERM`, `EACCES`).
    case forbiddenHere
    /// No local port or no such local address (`EADDRNOTAVAIL`).
    case noLocalAddress
    /// Any other error number.
    case error(Int32)
  }

  public init(
    _ endpoint: Endpoint, interface: UInt32 = 0, _ finding: Finding, duration: Duration
  ) {
    self.endpoint = endpoint
    self.interface = interface
    self.finding = finding
    self.duration = duration
  }
}
