import SocketFilter
import SocketModel
import Testing

@testable import Watch

struct TableLayoutTests {
  private var mixed: WatchState {
    var host = SyntheticHost.standard
    host.add(
      Endpoint(.unspecified(.ipv4), 53), .unspecified(.ipv4), .closed, pid: 812, cookie: 20,
      kind: .udp)
    var state = WatchState.synthetic { $0.protocols = .all }
    state.show(host, second: 0)
    return state
  }

  /// Rows of both protocols looked the same on a terminal of the usual width.
  @Test(arguments: [80, 90, 100])
  func tellsProtocolsApart(columns: Int) {
    let screen = mixed.screen(columns, 24)
    #expect(screen.contains("\n  Proto "))
    #expect(screen.contains("\n  udp   0.0.0.0:53 "))
    #expect(screen.contains("\n  tcp   0.0.0.0:ssh "))
  }

  @Test func needsNoProtocolWhereThereIsOne() {
    var state = WatchState.synthetic()
    state.show(.standard, second: 0)
    #expect(!state.screen(80, 24).contains("Proto"))
  }

  @Test func keepsTheProtocolWhenTheRowsOfOneAreGone() {
    var state = mixed
    _ = state.frame(ScreenSize(columns: 80, rows: 24))
    state.show(.standard, second: 1)
    #expect(state.frame(ScreenSize(columns: 80, rows: 24)).text.contains("Proto"))
  }

  /// On a terminal of the usual width bytes that nobody read looked like none.
  @Test func keepsTheQueueOnTheUsualTerminal() {
    var host = SyntheticHost.standard
    host.add(
      Endpoint(.loopback(.ipv4), 9000), Endpoint(.loopback(.ipv4), 40_001), pid: 1201, cookie: 30,
      queues: (3_900_000, 48))
    var state = WatchState.synthetic()
    state.show(host, second: 0)
    let screen = state.screen(80, 24)
    #expect(screen.contains(" State       Queue   Recv/s Send/s PID/"))
    #expect(screen.contains(" LISTENING   12/511 "))
    #expect(screen.contains(" ESTABLISHED 3.9M/48"))
    #expect(state.screen(120, 24).contains(" ESTABLISHED 3900000/48"))
  }

  /// Who looks for what was sent again wants to see how often.
  @Test(arguments: [
    ("drops>=0", " drops "), ("rtt>1ms", " RTT "), ("snd_cwnd>0", " snd_cwnd "),
    ("inode>0", " Inode "), ("recv_q>=0", " Queue "),
  ])
  func showsWhatRowsAreFilteredBy(filter: String, title: String) throws {
    var state = WatchState.synthetic()
    state.show(.standard, second: 0)
    #expect(title == " Queue " || !state.screen(80, 24).contains(title))
    state.type("/" + filter)
    for columns in [80, 200] { #expect(state.screen(columns, 24).contains(title)) }
    #expect(
      String(decoding: state.plainFrame(), as: UTF8.self).contains(title) || filter.hasPrefix("rtt")
    )
    #expect(state.query.needs.isSuperset(of: state.filter.filter.needs))
  }

  @Test func showsWhatRowsAreSortedBy() throws {
    let keys = try SortKeys("-snd_cwnd")
    var state = WatchState.synthetic { $0.sort = .fields(keys) }
    state.show(.standard, second: 0)
    #expect(state.screen(80, 24).contains(" snd_cwnd "))
    #expect(state.query.needs.contains(.tcpInfo))
    // Also where rows are stacked.
    #expect(state.screen(40, 40).contains("snd_cwnd 10"))
  }

  @Test func showsTheOwnerThatWasAskedFor() {
    var host = SyntheticHost.standard
    host.shareLast(with: 1201)
    host.shareLast(with: 990)
    var state = WatchState.synthetic()
    state.show(host, second: 0)
    #expect(state.screen(200, 24).contains("990/postgres (+2)"))
    state.type("/psql")
    #expect(state.screen(200, 24).contains("1201/psql (+2)"))
    _ = state.press(.enter)
    _ = state.press(.tab)
    state.show(host, second: 1)
    #expect(!state.screen(200, 24).contains("990/postgres"))
  }

  /// A narrow column took the place of a more useful one that did not fit.
  @Test(arguments: [true, false], [true, false])
  func choosesTheMostUsefulColumns(hasRates: Bool, hasUDP: Bool) {
    let contents = TableContents(hasRates: hasRates, hasUDP: hasUDP)
    for total in 40...200 {
      let layout = TableLayout(TableWidths(), columns: total, contents)
      let chosen = layout.columns.map(\.column)
      let optional = TableLayout.optional(contents).filter { !hasUDP || $0 != .proto }
      let count = optional.count { chosen.contains($0) }
      #expect(optional.prefix(count).allSatisfy { chosen.contains($0) })
      #expect(!hasUDP || count == 0 || chosen.contains(.proto))
    }
  }
}
