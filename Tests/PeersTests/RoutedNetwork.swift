import LinuxSystem
import Peers
import SocketModel
import TestSupport

/// Three namespaces in a row: the prober (where the calling thread ends up), a router with a
/// firewall, and a host that listens at port 80 of both families.
struct RoutedNetwork {
  let host: IsolatedNetwork
  let router: IsolatedNetwork
  let prober: IsolatedNetwork
  private let listener: Listener

  static let hostAddress = IPAddress(v4: 0x0a4e_0002)
  static let hostAddress6 = IPAddress(v6: 0xfd4e << 112 | 2)
  static let routerAddress = IPAddress(v4: 0x0a4d_0001)
  static let routerAddress6 = IPAddress(v6: 0xfd4d << 112 | 1)

  private final class Listener {
    let socket: TCPSocket

    init() throws {
      let socket = try TCPSocket(.ipv6)
      try socket.socket.set(.v6Only, 0)
      try socket.socket.bind(to: SocketAddress(.unspecified(.ipv6), 80))
      try socket.listen()
      self.socket = socket
    }
  }

  init() throws {
    host = try .enterNew()
    listener = try Listener()
    router = try .enterNew()
    prober = try .enterNew()
    try router.run(
      """
      ip link add toprober type veth peer name torouter netns \(prober.path)
      ip link add tohost type veth peer name torouter netns \(host.path)
      \(Self.address("toprober", "10.77.0.1/24", "fd4d::1/64"))
      \(Self.address("tohost", "10.78.0.1/24", "fd4e::1/64"))
      echo 1 > /proc/sys/net/ipv4/ip_forward
      echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
      echo 0 > /proc/sys/net/ipv4/icmp_ratelimit
      echo 0 > /proc/sys/net/ipv6/icmp/ratelimit
      \(Self.impatience("tohost"))
      nft -f - <<END
      table inet wall {
        chain forward {
          type filter hook forward priority 0;
          tcp dport { 81, 2000-2999 } drop
          tcp dport 82 reject
          tcp dport 83 reject with tcp reset
          tcp dport 84 reject with icmpx admin-prohibited
          tcp dport 85 reject with icmpx host-unreachable
        }
      }
      END
      """)
    try prober.run(
      """
      \(Self.address("torouter", "10.77.0.2/24", "fd4d::2/64"))
      ip route add 10.78.0.0/24 via 10.77.0.1
      ip route add fd4e::/64 via fd4d::1
      \(Self.impatience("torouter"))
      """)
    try host.run(
      """
      \(Self.address("torouter", "10.78.0.2/24", "fd4e::2/64"))
      ip route add default via 10.78.0.1
      ip route add default via fd4e::1
      """)
  }

  private static func address(_ link: String, _ v4: String, _ v6: String) -> String {
    // Without duplicate address detection, which holds IPv6 back for a second.
    """
    echo 0 > /proc/sys/net/ipv6/conf/\(link)/accept_dad
    ip link set \(link) up
    ip addr add \(v4) dev \(link)
    ip addr add \(v6) dev \(link) nodad
    """
  }

  /// One query for a neighbour instead of three, a tenth of a second apart instead of one.
  private static func impatience(_ link: String) -> String {
    """
    for v in 4 6; do
      echo 1 > /proc/sys/net/ipv$v/neigh/\(link)/mcast_solicit
      echo 100 > /proc/sys/net/ipv$v/neigh/\(link)/retrans_time_ms
    done
    """
  }

  /// Each kind of answer in IPv4, then in IPv6; absent hosts on both links, and no route.
  static var targets: [SocketAddress] {
    [hostAddress, hostAddress6].flatMap { host in
      [80, 79, 81, 82, 83, 84, 85].map { SocketAddress(host, $0) }
    } + [
      SocketAddress(IPAddress(v4: 0x0a4e_0063), 80),
      SocketAddress(IPAddress(v4: 0x0a4d_0063), 80),
      SocketAddress(IPAddress(v4: 0xc000_0201), 80),
    ]
  }

  static var findings: [ProbeResult.Finding] {
    func icmp(_ type: UInt8, _ code: UInt8) -> ProbeResult.ICMPReply {
      ProbeResult.ICMPReply(family: .ipv4, type: type, code: code, sender: routerAddress)
    }
    func icmp6(_ code: UInt8) -> ProbeResult.ICMPReply {
      ProbeResult.ICMPReply(family: .ipv6, type: 1, code: code, sender: routerAddress6)
    }
    return [
      .open, .closed, .filtered(.noAnswer), .filtered(.icmp(icmp(3, 3))), .closed,
      .filtered(.icmp(icmp(3, 13))), .filtered(.icmp(icmp(3, 1))),
      .open, .closed, .filtered(.noAnswer), .filtered(.icmp(icmp6(4))), .closed,
      .filtered(.icmp(icmp6(1))), .filtered(.icmp(icmp6(3))),
      .filtered(.icmp(icmp(3, 1))), .filtered(.noNeighbor), .failed(.noRoute),
    ]
  }
}
