import SocketModel
import Testing

@testable import Watch

struct HeaderTests {
  /// So many states that they fill a line.
  private func state(hidden: Bool = true, hasRates: Bool = true) -> WatchState {
    let states: [TCPState] = [
      .listening, .synSent, .synReceived, .established, .closeWait, .lastAck, .finWait1, .finWait2,
      .timeWait,
    ]
    var host = SyntheticHost()
    for (index, state) in states.enumerated() {
      host.add(
        Endpoint(.loopback(.ipv4), UInt16(index + 1)), Endpoint(SyntheticHost.v4, 443), state,
        pid: hidden ? nil : 640, cookie: UInt64(index + 1))
    }
    host.hasAttributes = hasRates
    var view = WatchState.synthetic()
    view.show(host, second: 0)
    return view
  }

  /// It stood behind the states, and was cut off.
  @Test(arguments: [(80, 24), (80, 10), (60, 24)])
  func saysWhatIsHidden(columns: Int, rows: Int) {
    let screen = state().screen(columns, rows)
    #expect(screen.contains("…; owners of "))
    #expect(screen.contains(" hidden"))
  }

  @Test func saysAllWhereThereIsRoom() {
    let screen = state().screen(250, 24)
    #expect(screen.contains("1 time-wait; owners of "))
  }

  /// One stood behind the other as if they were one sentence.
  @Test func dividesRemarks() {
    var view = state(hasRates: false)
    _ = view.press(.character("s"))
    let text = String(decoding: view.plainFrame(), as: UTF8.self)
    #expect(text.contains(" hidden; no rates: /proc does not count bytes; by rate\n"))
  }
}
