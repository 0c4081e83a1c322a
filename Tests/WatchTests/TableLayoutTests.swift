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
