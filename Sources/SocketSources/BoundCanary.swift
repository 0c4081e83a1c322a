internal import LinuxSystem
internal import SocketModel

/// A TCP socket of our own that is bound and no more, to see whether the kernel tells of such sockets:
/// Linux does since 6.8, unless a distribution's kernel does before, and nothing else shows it.
///
/// It is made before the table is read and found among its rows, which costs no second walk over the
/// kernel's table. Closed with the last reference.
final class BoundCanary: Sendable {
  private let socket: TCPSocket
  /// What its row has at this end.
  let endpoint: Endpoint

  /// Nil where no socket can be had, or bound.
  init?(for families: FamilySet) {
    for address in Self.addresses(families) {
      guard let socket = try? TCPSocket(address.family),
        (try? socket.socket.bind(to: SocketAddress(address, 0))) != nil,
        let bound = try? socket.socket.localAddress().endpoint
      else { continue }
      self.socket = socket
      endpoint = Endpoint(bound)
      return
    }
    return nil
  }

  /// A loopback address that hardly anybody binds to has all its ports free, also where clients have
  /// used up those of 127.0.0.1, and is in nobody's way. Without loopback there are the wildcards.
  private static func addresses(_ families: FamilySet) -> [IPAddress] {
    let ipv4 = [
      IPAddress(v4: 0x7f53_0000 | UInt32.random(in: 1...0xfffe)), .unspecified(.ipv4),
    ]
    let ipv6: [IPAddress] = [.loopback(.ipv6), .unspecified(.ipv6)]
    return (families.contains(.ipv4) ? ipv4 : []) + (families.contains(.ipv6) ? ipv6 : [])
  }

  /// The query, but its own row comes as well.
  func widened(_ query: Query) -> Query {
    var query = query
    query.pushdown = query.pushdown || .port(.local, endpoint.port...endpoint.port)
    return query
  }
}
