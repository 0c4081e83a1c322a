import SocketFilter
import Testing

@testable import SocketModel
@testable import Watch

/// What the live view says of what it does not know.
struct GapTests {
  private func show(
    _ view: inout WatchState, _ change: (inout SnapshotBuilder) -> Void = { _ in }
  ) {
    var builder = SnapshotBuilder(copying: SyntheticHost.standard.joined())
    change(&builder)
    view.update(builder.frozen(), answering: view.query, at: .zero)
  }

  private func first(_ view: WatchState) -> String {
    String(view.screen(200, 24).prefix { $0 != "\n" })
  }

  /// It was said on stderr alone, which a screen has no place for.
  @Test func theFirstLinesSayThatRowsMayBeMissing() {
    var view = WatchState.synthetic()
    show(&view)
    #expect(!first(view).contains("not known"))
    show(&view) {
      $0.table.boundGap = .proc
      $0.table.gap = .missingTable("/proc/net/tcp6")
    }
    #expect(first(view).contains("; BOUND not known; /proc/net/tcp6 is missing"))
    #expect(String(decoding: view.plainFrame(), as: UTF8.self).contains("; BOUND not known"))
  }

  @Test func everyEventSaysIt() {
    for gap in [nil, BoundGap.proc] {
      var view = WatchState.synthetic()
      show(&view) { $0.table.boundGap = gap }
      var builder = SnapshotBuilder(copying: SyntheticHost.later.joined(second: 1))
      builder.table.boundGap = gap
      view.update(builder.frozen(), answering: view.query, at: .seconds(1))
      let lines = String(decoding: view.eventLines(.ndjson), as: UTF8.self).split(separator: "\n")
      #expect(!lines.isEmpty)
      #expect(lines.allSatisfy { $0.contains(",\"incomplete\":\(gap != nil),\"event\":") })
    }
  }

  /// The screen stood still and said nothing.
  @Test func aFailedRefreshIsSaidUntilOneSucceeds() {
    var view = WatchState.synthetic()
    view.noteFailure("out of memory", at: .seconds(1))
    #expect(first(view).contains("reading …; a refresh failed"))
    show(&view)
    #expect(!view.screen(100, 24).contains("failed"))
    view.noteFailure("out of memory", at: .seconds(12))
    #expect(first(view).contains("; refresh failed, the last good one 12 s ago"))
    #expect(view.screen(100, 24).split(separator: "\n").last?.hasPrefix(" out of memory") ?? false)
    show(&view)
    #expect(!view.screen(100, 24).contains("failed"))
  }

  /// The list did it, and the live view showed nothing.
  @Test func aWordMayBeTheBeginningOfAName() {
    var view = WatchState.synthetic()
    show(&view)
    view.type("/postg\r")
    #expect(view.screen(100, 24).contains("990/postgres"))
    #expect(first(view).contains("; postg taken as postg*"))
    #expect(view.notes == ["no process 'postg': taken as postg* (postgres)"])
    // A process of that name that has no sockets.
    show(&view) { $0.names.runningProcesses = [7: ProcessName(name: Array("postg".utf8))] }
    #expect(view.screen(100, 24).contains("nothing matches"))
    #expect(!first(view).contains("taken as"))
  }

  @Test func anEmptyListSaysWhatServesTheAddress() {
    var view = WatchState.synthetic()
    view.type("/127.0.0.1:22\r")
    #expect(view.query.listeners != .nothing)
    show(&view) { $0.listeners = [$0.sockets[0]] }
    let sentence = "nothing listens on 127.0.0.1:22 itself; 0.0.0.0:22 serves it"
    #expect(view.screen(100, 24).contains("  \(sentence)"))
    #expect(String(decoding: view.plainFrame(), as: UTF8.self).contains("\n  \(sentence)\n"))
    show(&view)
    #expect(view.screen(100, 24).contains("nothing matches"))
  }
}

/// A pid is not a process: another one may have had it before.
struct ReusedPIDTests {
  private func snapshot(_ name: String, started: UInt64) -> Snapshot {
    var host = SyntheticHost()
    host.add(
      Endpoint(.loopback(.ipv4), 7000), .unspecified(.ipv4), .listening, pid: 4242, cookie: started)
    var builder = SnapshotBuilder(copying: host.joined())
    builder.names.processes[4242] = ProcessName(name: Array(name.utf8), startTime: started)
    return builder.frozen()
  }

  /// The row that closed was sorted by the name of the process that has the pid now.
  @Test func rowsAreSortedByTheirOwnProcess() {
    var view = WatchState.synthetic { $0.sort = .process }
    view.update(snapshot("zz", started: 100), answering: view.query, at: .zero)
    view.update(snapshot("aa", started: 200), answering: view.query, at: .seconds(1))
    let names = view.screen(100, 24).split(separator: "\n").compactMap {
      $0.split(separator: " ").last { $0.hasPrefix("4242/") }
    }
    #expect(names == ["4242/aa", "4242/zz"])
    _ = view.press(.character("S"))
    let reversed = view.screen(100, 24).split(separator: "\n").compactMap {
      $0.split(separator: " ").last { $0.hasPrefix("4242/") }
    }
    #expect(reversed == ["4242/zz", "4242/aa"])
  }

  /// The selection went over to the younger process.
  @Test func aProcessWithTheSamePIDIsAnotherGroup() {
    var view = WatchState.synthetic()
    view.update(snapshot("zz", started: 100), answering: view.query, at: .zero)
    _ = view.press(.tab)
    let older = view.arrangement.groups.map(\.id)
    view.update(snapshot("aa", started: 200), answering: view.query, at: .seconds(1))
    let younger = view.arrangement.groups
    #expect(younger.map(\.name) == ["4242/aa"] && younger.map(\.id) != older)
    #expect(younger.compactMap { ProcessGroup.filterText($0.id) } == ["pid=4242"])
  }
}
