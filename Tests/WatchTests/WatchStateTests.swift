import SocketModel
import Testing

@testable import Watch

struct WatchStateTests {
  private var started: WatchState {
    var state = WatchState.synthetic()
    state.show(.standard, second: 0)
    return state
  }

  private func ports(_ state: WatchState) -> [UInt16] {
    state.positions.map { state.table.snapshot[$0].socket.local.port }
  }

  @Test func putsListenersFirstAndThenGoesByAddress() {
    #expect(ports(started) == [22, 5432, 443, 22, 40100, 40200, 5432, 53412, 443])
  }

  @Test func keepsTheOrderWhileRowsComeAndGo() {
    var state = started
    state.show(.later, second: 1)
    #expect(ports(state) == [22, 5432, 443, 22, 40100, 40200, 5432, 53412, 443, 443])
    for second in 2..<5 { state.show(.later, second: Int64(second)) }
    #expect(ports(state) == [22, 5432, 443, 22, 40100, 5432, 53412, 443, 443])
  }

  @Test func followsTheSelectedRow() {
    var state = started
    for _ in 0..<7 { _ = state.press(.character("j")) }
    #expect(state.cursor.index == 6)
    for second in 1..<5 { state.show(.later, second: Int64(second)) }
    #expect(state.cursor.index == 5)
    #expect(state.screen(80, 24).contains("> 127.0.0.1:5432"))
  }

  @Test func sortsByRateAndBack() {
    var state = started
    state.show(.later, second: 1)
    _ = state.press(.character("s"))
    #expect(state.sort == .rate)
    #expect(ports(state).prefix(3) == [5432, 53412, 443])
    _ = state.press(.character("S"))
    #expect(ports(state).suffix(1) == [5432])
    for _ in 0..<6 { _ = state.press(.character("s")) }
    #expect(state.sort == .address)
    #expect(!state.isReversed)
  }

  @Test func filtersAsItIsTyped() {
    var state = started
    state.type("/:44")
    #expect(ports(state).isEmpty)
    state.type("3")
    #expect(ports(state) == [443, 40100, 40200, 443])
    #expect(state.screen(80, 24).contains("\n/:443   Enter keep  Esc as before\n"))
    #expect(state.press(.enter) == .ask)
    #expect(state.query.pushdown != .everything)
    #expect(state.screen(80, 24).contains(" /:443 "))
    #expect(state.press(.escape) == .ask)
    #expect(ports(state).count == 9)
  }

  @Test func keepsTheLastGoodFilterAndSaysWhy() {
    var state = started
    state.type("/:443 (")
    #expect(ports(state) == [443, 40100, 40200, 443])
    #expect(state.screen(120, 24).contains("/:443 (   unclosed '('"))
    // What can't be read is not done with.
    _ = state.press(.enter)
    #expect(state.filter.isTyping)
    _ = state.press(.backspace)
    #expect(state.screen(120, 24).contains("/:443  "))
    _ = state.press(.enter)
    #expect(!state.filter.isTyping)
    #expect(ports(state).count == 4)
  }

  @Test func forgetsAFilterThatIsCancelled() {
    var state = started
    state.type("/listening")
    #expect(ports(state).count == 3)
    _ = state.press(.escape)
    #expect(ports(state).count == 9)
    state.type("/x")
    _ = state.press(.control("u"))
    _ = state.press(.backspace)
    #expect(!state.filter.isTyping)
  }

  @Test func takesLettersThatAreCommandsElsewhere() {
    var state = started
    state.type("/q")
    #expect(state.filter.isTyping)
    #expect(state.press(.character("?")) != .quit)
    _ = state.press(.control("w"))
    #expect(state.filter.text == "")
  }

  @Test func staysWithARowWhoseStateLeavesTheFilter() {
    var state = started
    state.type("/established")
    _ = state.press(.enter)
    #expect(state.query.states == .all)
    #expect(ports(state).contains(40100))
    state.show(.later, second: 1)
    #expect(state.screen(80, 24).contains("~ 10.0.0.5:40100"))
    for second in 2..<5 { state.show(.later, second: Int64(second)) }
    #expect(!ports(state).contains(40100))
  }

  @Test func pausesAndGoesOn() {
    var state = started
    #expect(state.press(.character(" ")) == .none)
    #expect(state.isPaused)
    #expect(state.screen(80, 24).contains("PAUSED"))
    #expect(state.press(.character("r")) == .refresh)
    #expect(state.isPaused)
    #expect(state.press(.character(" ")) == .refresh)
    #expect(!state.isPaused)
  }

  @Test func changesTheInterval() {
    var state = started
    #expect(state.press(.character("+")) == .changeInterval)
    #expect(state.interval == .seconds(2))
    for _ in 0..<10 { _ = state.press(.character("-")) }
    #expect(state.interval == .milliseconds(100))
    #expect(state.screen(80, 24).contains("every 0.1 s"))
  }

  @Test func showsNumbersOrNames() {
    var state = started
    #expect(state.screen(80, 24).contains("0.0.0.0:ssh"))
    _ = state.press(.character("n"))
    #expect(state.screen(80, 24).contains("0.0.0.0:22 "))
    _ = state.press(.character("n"))
    #expect(state.screen(80, 24).contains("0.0.0.0:ssh"))
  }

  @Test func asksForOwnersOnlyWhenTheyAreShown() {
    var state = started
    #expect(state.query.needs.contains(.owners))
    #expect(state.press(.character("p")) == .ask)
    #expect(!state.query.needs.contains(.owners))
    #expect(!state.screen(80, 24).contains("PID/Process"))
    #expect(state.press(.tab) == .ask)
    #expect(state.query.needs.contains(.owners))
  }

  @Test func asksForCommandsInTheDetailAlone() {
    var state = started
    #expect(!state.query.needs.contains(.commands))
    #expect(state.press(.enter) == .ask)
    #expect(state.query.needs.contains([.commands, .cgroups]))
    #expect(state.screen(80, 24).contains("Local       0.0.0.0:ssh"))
    #expect(state.press(.escape) == .ask)
    #expect(state.mode == .table)
  }

  @Test func staysWithAConnectionThatIsGone() {
    var state = started
    for _ in 0..<6 { _ = state.press(.down) }
    _ = state.press(.enter)
    state.show(.later, second: 1)
    #expect(state.screen(80, 24).contains("closed 0s ago, was ESTABLISHED"))
    for second in 2..<5 { state.show(.later, second: Int64(second)) }
    #expect(state.screen(80, 24).contains("This connection is gone."))
  }

  /// More rows than a key may wait for: the work is left to whoever runs the view.
  @Test func leavesMuchWorkToOthers() {
    var host = SyntheticHost()
    for port in 1...30_000 {
      host.add(
        Endpoint(.loopback(.ipv4), UInt16(port)), Endpoint(SyntheticHost.v4, 443), pid: nil,
        cookie: UInt64(port))
    }
    var state = WatchState.synthetic { $0.showsProcesses = false }
    state.show(host, second: 0)
    #expect(state.pendingWork == nil)
    state.type("/lport=77")
    #expect(ports(state).count == 30_000)
    if let result = state.pendingWork?.result() { state.take(result) }
    #expect(ports(state) == [77])
    #expect(state.pendingWork == nil)
  }

  @Test func goesFromAProcessToItsConnections() {
    var state = started
    _ = state.press(.tab)
    #expect(state.screen(80, 24).contains("640/nginx"))
    _ = state.press(.down)
    _ = state.press(.enter)
    #expect(state.filter.text == "pid=640")
    #expect(ports(state) == [443, 443])
  }

  @Test func showsTheKeysAndGoesBackToWhereItWas() {
    var state = started
    _ = state.press(.enter)
    _ = state.press(.character("?"))
    #expect(state.screen(80, 24).contains("filter as you type"))
    _ = state.press(.escape)
    #expect(state.mode == .detail)
  }

  @Test func drawsTheScreenAnewAlsoWhileAFilterIsTyped() {
    var state = started
    #expect(state.press(.control("l")) == .redraw)
    state.type("/ng")
    #expect(state.press(.control("l")) == .redraw)
    #expect(state.filter.text == "ng")
  }

  @Test func quits() {
    var state = started
    #expect(state.press(.character("q")) == .quit)
    _ = state.press(.character("?"))
    #expect(state.press(.character("q")) == .quit)
  }

  @Test func saysWhenARefreshIsSlow() {
    var state = WatchState.synthetic()
    state.update(
      SyntheticHost.standard.joined(), answering: state.query, at: .zero,
      took: .milliseconds(1400))
    #expect(state.screen(200, 24).contains("a refresh takes 1.4 s"))
  }

  @Test func saysWhyThereAreNoRates() {
    var host = SyntheticHost.standard
    host.hasAttributes = false
    var state = WatchState.synthetic()
    state.show(host, second: 0)
    let screen = state.screen(200, 24)
    #expect(screen.contains("no rates: /proc does not count bytes"))
    #expect(!screen.contains("Receive"))
  }

  @Test func showsTheUsersTime() {
    var state = WatchState.synthetic { $0.secondsFromUTC = -3600 * 10 }
    state.show(.standard, second: 0)
    #expect(state.screen(80, 24).contains("23:44:29"))
  }

  /// Any size, any key: no line is wider than the screen, and no address is cut.
  @Test func fitsAnyScreen() {
    var state = started
    state.show(.later, second: 1)
    let keys: [Key] = [.down, .end, .enter, .escape, .tab, .tab, .character("?"), .escape, .pageUp]
    for (columns, rows) in [(1, 1), (2, 2), (7, 3), (20, 5), (37, 9), (63, 11), (300, 100)] {
      for key in keys {
        _ = state.press(key)
        let frame = state.frame(ScreenSize(columns: columns, rows: rows))
        #expect(frame.lines.count <= rows)
        #expect(frame.lines.allSatisfy { $0.width <= columns })
      }
    }
    for columns in [40, 64, 80, 100, 120, 200] {
      let screen = state.screen(columns, 60).filter { $0 != "\n" && $0 != " " }
      #expect(screen.contains("[2001:db8:1:2:aaaa:bbbb:cccc:dddd]:60000"))
      #expect(screen.contains("[::ffff:198.51.100.7]:40000"))
    }
  }

  @Test func isEmptyBeforeTheFirstSnapshot() {
    let state = WatchState.synthetic()
    #expect(state.screen(80, 24).contains("reading …"))
  }
}
