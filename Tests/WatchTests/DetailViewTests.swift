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
}
