import SocketModel
import TestSupport
import Testing

@testable import Watch

struct EventLinesTests {
  private var changed: WatchState {
    var state = WatchState.synthetic()
    state.show(.standard, second: 0)
    let loopback = IPAddress.loopback(.ipv4)
    state.noteDestroyed(
      Socket(
        .tcp, local: Endpoint(loopback, 40_300), remote: Endpoint(loopback, 443), state: .closed,
        cookie: 20), SyntheticHost.info((1000, 2000)))
    state.show(.later, second: 1)
    return state
  }

  @Test func tellEachChangeInText() throws {
    try expectGolden("watch-events-text", changed.eventLines(.text))
  }

  @Test func tellEachChangeInJSON() throws {
    try expectGolden("watch-events-ndjson", changed.eventLines(.ndjson))
  }

  @Test func tellNothingOfWhatWasThereBefore() {
    var state = WatchState.synthetic()
    state.show(.standard, second: 0)
    #expect(state.eventLines(.text).isEmpty)
    state.show(.standard, second: 1)
    #expect(state.eventLines(.ndjson).isEmpty)
  }

  @Test func tellEachChangeOnce() {
    var state = changed
    state.show(.later, second: 2)
    #expect(state.eventLines(.text).isEmpty)
  }

  /// The state before was named as one of TCP's: CLOSED.
  @Test func nameTheFormerStateOfUDP() {
    var state = WatchState.synthetic { $0.protocols = .udp }
    for (second, socketState) in [TCPState.closed, .established].enumerated() {
      var host = SyntheticHost()
      let local = Endpoint(.loopback(.ipv4), 53)
      host.add(
        local, .unspecified(.ipv4), socketState, pid: nil, cookie: 1, kind: .udp)
      state.show(host, second: Int64(second))
    }
    let line = String(decoding: state.eventLines(.ndjson), as: UTF8.self)
    #expect(line.contains("\"former_state\":\"UNCONNECTED\""))
  }

  @Test func tellOnlyWhatMatches() {
    var state = changed
    state.type("/10.0.0.5")
    #expect(
      String(decoding: state.eventLines(.text), as: UTF8.self).split(separator: "\n").count == 2)
  }
}
