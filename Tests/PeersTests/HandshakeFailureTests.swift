import LinuxSystem
import Peers
import SocketModel
import TestSupport
import Testing

/// Why a handshake fails, in a namespace whose firewall and routes are made for it. By the error
/// number alone a firewall's message was a closed port, a route was a firewall, and the own address a
/// host that does not exist.
@Suite(
  .enabled(if: IsolatedNetwork.isAvailable, Comment(rawValue: IsolatedNetwork.neededFor)))
struct HandshakeFailureTests {
  private static let own = "192.0.2.1"
  private static let neighbor = "192.0.2.53"

  private static func makeNetwork() throws -> IsolatedNetwork {
    let namespace = try IsolatedNetwork.enterNew()
    try namespace.run(
      """
      ip link add v0 type veth peer name v1
      echo 0 > /proc/sys/net/ipv6/conf/v0/accept_dad
      ip link set v0 up
      ip link set v1 up
      ip addr add \(own)/24 broadcast 192.0.2.255 dev v0
      ip -6 addr add fd00::1/64 dev v0 nodad
      ip neigh add \(neighbor) lladdr 02:00:00:00:00:53 dev v0
      ip route add prohibit 198.51.100.1
      ip route add unreachable 198.51.100.2
      ip route add blackhole 198.51.100.3
      ip -6 route add prohibit fd01::1
      ip -6 route add unreachable fd01::2
      ip -6 route add blackhole fd01::3
      nft -f - <<END
      table inet wall {
        chain input {
          type filter hook input priority 0;
          tcp dport 92 reject
          tcp dport 93 reject with tcp reset
          tcp dport 94 reject with icmpx admin-prohibited
          tcp dport 95 reject with icmpx host-unreachable
        }
        chain output {
          type filter hook output priority 0;
          ip daddr \(neighbor) tcp dport 82 reject
          ip daddr \(neighbor) tcp dport 85 reject with icmpx host-unreachable
        }
      }
      END
      """)
    return namespace
  }

  private static func own(
    _ address: String, _ type: UInt8, _ code: UInt8
  ) -> ProbeResult.Finding {
    let sender = IPAddress(address)
    return .filtered(
      .icmp(
        ProbeResult.ICMPReply(
          family: sender?.family ?? .ipv4, type: type, code: code, sender: sender, isOwn: true)))
  }

  private static let cases: [(target: String, port: UInt16, finding: ProbeResult.Finding)] = [
    ("127.0.0.1", 92, own("127.0.0.1", 3, 3)), ("::1", 92, own("::1", 1, 4)),
    (own, 94, own(own, 3, 13)), ("::1", 94, own("::1", 1, 1)), (own, 95, own(own, 3, 1)),
    (own, 93, .closed), (own, 79, .closed),
    (neighbor, 82, own(own, 3, 3)), (neighbor, 85, own(own, 3, 1)),
    ("198.51.100.1", 1, .failed(.prohibitRoute)), ("fd01::1", 1, .failed(.prohibitRoute)),
    ("198.51.100.2", 1, .failed(.unreachableRoute)), ("fd01::2", 1, .failed(.unreachableRoute)),
    ("198.51.100.3", 1, .failed(.blackholeRoute)), ("fd01::3", 1, .failed(.blackholeRoute)),
    ("203.0.113.1", 1, .failed(.noRoute)), ("fd02::1", 1, .failed(.noRoute)),
    ("192.0.2.255", 1, .failed(.broadcast)), ("255.255.255.255", 1, .failed(.broadcast)),
    ("224.0.0.1", 1, .failed(.multicast)), ("ff02::1", 1, .failed(.multicast)),
    ("fe80::1", 1, .failed(.needsZone)),
  ]

  private static var targets: [SocketAddress] {
    get throws { try cases.map { SocketAddress(try #require(IPAddress($0.target)), $0.port) } }
  }

  @Test func theProbeSaysWhy() throws {
    let targets = try Self.targets
    let found = try onThreadOfItsOwn {
      let network = try Self.makeNetwork()
      defer { withExtendedLifetime(network) {} }
      return try PortProbe().run(targets).map(\.finding)
    }
    for (wanted, finding) in zip(Self.cases, found) {
      #expect(finding == wanted.finding, "\(wanted.target) port \(wanted.port)")
    }
  }

  @Test func theClientSaysTheSame() throws {
    let targets = try Self.targets
    let outcomes = try onThreadOfItsOwn {
      let network = try Self.makeNetwork()
      defer { withExtendedLifetime(network) {} }
      return targets.map { target in
        do throws(ConnectError) {
          _ = try Connector(timeout: .seconds(5)).connect(to: [target])
          return nil as ConnectOutcome?
        } catch {
          return error.attempts.first?.outcome
        }
      }
    }
    for (wanted, outcome) in zip(Self.cases, outcomes) {
      let expected: ConnectOutcome? =
        switch wanted.finding {
        case .closed: .refused
        case .filtered(let reason): .filtered(reason)
        case .failed(let failure): .failed(failure)
        case .open: nil
        }
      #expect(outcome == expected, "\(wanted.target) port \(wanted.port)")
    }
  }

  /// An established connection bears an ICMP message, as it does without the error queue.
  @Test func aConnectionNoLongerAsksForErrors() throws {
    let server = try RunningServer()
    let connection = try server.connect()
    #expect(try connection.socket.socket.get(.receivesErrors) == 0)
  }

  // Only the last address's refusal was told.
  @Test func noPortIsLeftToOneOfTwoAddresses() throws {
    let (first, second) = try onThreadOfItsOwn {
      let namespace = try IsolatedNetwork.enterNew()
      try namespace.run("echo 40000 40003 > /proc/sys/net/ipv4/ip_local_port_range")
      let server = try TCPSocket(.ipv4)
      try server.socket.bind(to: SocketAddress(.loopback(.ipv4), 5000))
      try server.listen()
      let targets = IPAddress.Family.allCases.map { SocketAddress(.loopback($0), 5000) }
      let (held, failure) = Connector().connect(10, to: targets)
      defer { withExtendedLifetime(held) {} }
      return (held.count, failure?.attempts.map(\.outcome))
    }
    #expect(first == 4)
    #expect(second == [.failed(.noLocalPort), .refused])
  }
}
