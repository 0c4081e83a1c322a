import SocketModel
import TestSupport
import Testing

@testable import Display

@Suite struct StackedTests {
  private func table(_ layout: Layout, _ columns: ColumnSet = .standard()) -> [UInt8] {
    written { Table(columns: columns, layout: layout).rendering(Samples.detailed).write(to: $0) }
  }

  @Test func stacksRows() throws {
    try expectGolden("display-stacked", table(.stacked(width: nil)))
  }

  @Test func stacksAllThatIsKnown() throws {
    let sections: Sections = [.timer, .extended, .internals, .memory]
    let columns = ColumnSet(ColumnSet.standard(sections).columns + [.field(.fds)])
    try expectGolden("display-stacked-detailed", table(.fitting(width: 60), columns))
  }

  /// It had 50 raw fields of a connection, zeros included: `busy_time 53808000us`.
  @Test func tellsAConnectionInWords() throws {
    let sections: Sections = [.timer, .extended, .internals, .memory]
    func long(_ width: Int?) -> [UInt8] {
      let columns = ColumnSet.standard(sections).adding(all: sections)
      let table = Table(columns: columns, layout: .stacked(width: width), whole: sections)
      return written { table.rendering(Samples.detailed).write(to: $0) }
    }
    try expectGolden("display-stacked-long", long(80))
    let text = String(decoding: long(nil), as: UTF8.self)
    #expect(text.contains("    Round trip  45 us\n"))
    #expect(text.contains("    Received    1 B\n    Sent        5.0 GB\n    Round trip  45 us\n"))
    #expect(text.contains("    Lost        6 segments were sent again, 1.0 kB in all\n"))
    #expect(text.contains("    Timer       on in 204 ms, 3 without an answer\n"))
    #expect(text.contains("  rcvbuf 131 kB  "))
    #expect(
      !text.contains("backoff") && !text.contains("retransmits 0") && !text.contains("mark 0"))
    #expect(lines(long(80)).allSatisfy { displayWidth($0) <= 80 || $0.contains(" -> ") })
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
    let text = String(decoding: table(.stacked(width: nil)), as: UTF8.self)
    #expect(text.contains("640/nginx, 641/nginx, 642/nginx, 643/nginx, 644/nginx\n"))
    #expect(text.contains("    ? (www-data)\n"))
    #expect(text.contains("    640/nginx (queued)\n"))
  }
}
