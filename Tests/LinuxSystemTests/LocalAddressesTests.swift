import LinuxSystem
import SocketModel
import TestSupport
import Testing

struct LocalAddressesTests {
  /// bind(2) took a broadcast address for one of the host's.
  @Test(
    .enabled(
      if: IsolatedNetwork.isAvailable, Comment(rawValue: IsolatedNetwork.neededFor)))
  func theAddressesAreThoseOfTheInterfaces() throws {
    let (addresses, index) = try onThreadOfItsOwn {
      let namespace = try IsolatedNetwork.enterNew()
      try namespace.run(
        """
        echo 1 > /proc/sys/net/ipv4/ip_nonlocal_bind
        ip link add v0 type veth peer name v1
        echo 1 > /proc/sys/net/ipv6/conf/v0/addr_gen_mode
        ip link set v0 up
        ip addr add 192.0.2.1/24 broadcast 192.0.2.255 dev v0
        ip -6 addr add fe80::7/64 dev v0 nodad
        """)
      return (Host.addresses, try? Host.interfaceIndex("v0"))
    }
    let linkLocal = SocketAddress(
      IPAddress(v6: 0xfe80 << 112 | 7), 0, interface: try #require(index))
    #expect(
      addresses == [
        SocketAddress(.loopback(.ipv4), 0), SocketAddress(.loopback(.ipv6), 0),
        SocketAddress(IPAddress(v4: 0xc000_0201), 0), linkLocal,
      ])
  }
}
