import SocketModel
import TestSupport
import Testing

@testable import Display

@Suite struct StackedTests {
  private func table(_ layout: Layout, _ columns: ColumnSet = .standard()) -> [UInt8] {
    written { Table(columns: columns, layout: layout).rendering(Samples.detailed).write(to: $0) }
  }

  @Test func stacksRows() throws {
    try expectGolden("display-stacked", table(.stacked))
  }

  @Test func stacksAllThatIsKnown() throws {
    let sections: Sections = [.timer, .extended, .internals, .memory]
    let columns = ColumnSet(ColumnSet.standard(sections).columns + [.field(.fds)])
    try expectGolden("display-stacked-detailed", table(.fitting(width: 60), columns))
  }

  /// One v4-mapped connection made every row of a list take two lines.
  @Test func stacksOnlyWhatDoesNotFit() {
    let wide = table(.table)
    let width = lines(wide).map { $0.count }.max() ?? 0
    #expect(table(.fitting(width: width)) == wide)
    let fitted = lines(table(.fitting(width: 100)))
    #expect(fitted.allSatisfy { displayWidth($0) <= 100 || $0.contains(" -> ") })
    #expect(fitted[0].hasPrefix("Proto  Local Address"))
    #expect(fitted.contains { $0.hasPrefix("tcp    127.0.0.1:5432 ") })
    #expect(fitted.contains { $0.hasPrefix("TIME_WAIT tcp [2001:db8:1111:2222:") })
  }

  /// From too narrow for most rows to wide enough for all, nothing is cut or left out.
  @Test(arguments: 1...200)
  func everyRowIsThereAtEveryWidth(width: Int) {
    let cells = Cells(Samples.detailed, .standard())
    let shown = lines(table(.fitting(width: width)))
    let rows = shown.count { $0.contains("tcp ") || $0.contains("udp ") }
    #expect(rows == Samples.detailed.rows.count)
    guard let fitting = Fitting(cells, header: true, in: width) else { return }
    #expect(TableLine.width(of: fitting.widths) <= width)
    #expect(fitting.isStacked.count(where: \.self) * 2 <= cells.count)
  }

  @Test func stacksAllWhereMostDoNotFit() {
    #expect(lines(table(.fitting(width: 50)))[0] == "LISTENING tcp 0.0.0.0:ssh queue 0/128")
  }

  /// 20 columns: addresses are whole, lists are broken.
  @Test func survivesAVeryNarrowTerminal() {
    let text = String(decoding: table(.fitting(width: 20)), as: UTF8.self)
    #expect(text.contains("[2001:db8:1111:2222:3333:4444:5555:6666]:https"))
    #expect(text.contains("    640/nginx,\n    641/nginx,\n"))
  }

  @Test func namesAllOwners() {
    let text = String(decoding: table(.stacked), as: UTF8.self)
    #expect(text.contains("640/nginx, 641/nginx, 642/nginx, 643/nginx, 644/nginx\n"))
    #expect(text.contains("    ? (www-data)\n"))
    #expect(text.contains("    640/nginx (queued)\n"))
  }
}
