/// How well a listening socket fits an address: what comes in goes to the one with the highest score
/// (`__inet_lookup_listener` and `compute_score`, net/ipv4/inet_hashtables.c; `__udp4_lib_lookup`,
/// net/ipv4/udp.c; the same in net/ipv6). Equal scores share it, or the kernel takes either.
public struct ListenerScore: Hashable, Sendable {
  /// Bound to the address itself: a wildcard is looked for only where nothing is.
  private let isExact: Bool
  private let points: Int

  fileprivate init(isExact: Bool, points: Int) {
    self.isExact = isExact
    self.points = points
  }
}

extension ListenerScore: Comparable {
  public static func < (a: ListenerScore, b: ListenerScore) -> Bool {
    a.isExact != b.isExact ? b.isExact : a.points < b.points
  }
}

extension Socket {
  /// The score for an address that is not v4-mapped, on whatever interface it comes in; nil where the
  /// socket does not listen there. An IPv6 wildcard that may refuse IPv4 (`v6Only`) has one.
  public func score(for address: IPAddress) -> ListenerScore? {
    guard isListening, let own = local.address?.unmapped else { return nil }
    let isExact = own == address
    if !isExact {
      guard own.isUnspecified else { return nil }
      guard own.family == address.family || address.family == .ipv4 && isDualStackWildcard
      else { return nil }
    }
    let device = interface == 0 ? 0 : kind.isDatagram ? 4 : 1
    return ListenerScore(isExact: isExact, points: device + (local.kind == .ipv4 ? 1 : 0))
  }

  /// Whether nobody knows if an IPv6 wildcard takes IPv4 as well.
  public func mayRefuse(_ family: IPAddress.Family) -> Bool {
    family == .ipv4 && local.kind == .ipv6 && local.isUnspecified && v6Only == .unknown
  }

  /// Whether the source tells which interface a socket is bound to: /proc, which has no cookies, does
  /// not.
  public var knowsInterface: Bool { interface != 0 || cookie != 0 }
}
