import SocketModel
import Testing

@testable import Watch

struct DetailViewTests {
  // The greatest number of all stands for a field that is absent.
  private static let most = UInt64.max - 1

  static let shares: [(limited: UInt64, busy: UInt64, share: String)] = [
    (most, 1, "100 %"), (most, most, "100 %"), (most / 2, most, "50 %"), (29, 100, "29 %"),
  ]

  /// The share was multiplied before it was divided, and trapped.
  @Test(arguments: shares)
  func takesAnyCounts(limited: UInt64, busy: UInt64, share: String) {
    var host = SyntheticHost()
    host.add(
      Endpoint(.loopback(.ipv4), 5000), Endpoint(SyntheticHost.v4, 443), pid: 640, cookie: 1,
      info: [.busy_time: busy, .rwnd_limited: limited])
    var state = WatchState.synthetic()
    state.show(host, second: 0)
    _ = state.press(.enter)
    #expect(state.screen(120, 40).contains("the other end's window \(share)\n"))
  }

  // A veth pair: who looks at one end wants to know who has the other, and where.
  @Test func theOtherEndInAnotherNamespaceIsShown() {
    var host = SyntheticHost()
    host.namespaces = [NetworkNamespace(inode: 1), NetworkNamespace(inode: 2, name: "pod")]
    let ends = (Endpoint(SyntheticHost.v4, 5000), Endpoint(IPAddress(v4: 0x0a00_0006), 80))
    host.add(ends.0, ends.1, pid: 640, cookie: 1)
    host.add(ends.1, ends.0, pid: 812, cookie: 2, namespace: 1)
    var state = WatchState.synthetic()
    state.show(host, second: 0)
    _ = state.press(.enter)
    let screen = state.screen(120, 40)
    let isFirst = screen.contains("640/nginx")
    let other =
      isFirst
      ? "on this host, in the network namespace 'pod': 10.0.0.6:80 -> 10.0.0.5:5000"
      : "on this host, in the network namespace 1: 10.0.0.5:5000 -> 10.0.0.6:80"
    #expect(screen.contains(other) && screen.contains("812/sshd"), "\(screen)")
  }
}
