import SocketModel
import TestSupport
import Testing

@testable import Display

@Suite struct TableTests {
  private func table(_ table: Table, _ listing: Listing) -> [UInt8] {
    written { table.rendering(listing).write(to: $0) }
  }

  @Test func showsEveryKindOfRow() throws {
    try expectGolden("display-table", table(Table(), Samples.plain))
  }

  @Test func showsNumbersAlone() throws {
    try expectGolden("display-table-numeric", table(Table(numbers: .numeric), Samples.plain))
  }

  @Test func namesAllServicesOnRequest() {
    let lines = lines(table(Table(numbers: .all), Samples.plain))
    #expect(lines.contains { $0.contains("127.0.0.1:postgresql") })
  }

  @Test func keepsHostileNamesHarmless() throws {
    let bytes = table(Table(), Samples.hostile)
    try expectGolden("display-table-hostile", bytes)
    #expect(lines(bytes).count == Samples.hostileNames.count + 2)
    #expect(!bytes.contains { $0 < 0x20 && $0 != 0x0a || $0 == 0x7f })
  }

  @Test func showsWhatNetlinkTells() throws {
    let sections: Sections = [.timer, .extended, .internals, .memory]
    let bytes = table(Table(columns: .standard(sections)), Samples.detailed)
    try expectGolden("display-table-detailed", bytes)
  }

  @Test func showsAllColumns() throws {
    let columns = ColumnSet(Column.all)
    let bytes = table(Table(columns: columns), Samples.detailed)
    #expect(lines(bytes).count == Samples.detailed.rows.count + 2)
    try expectGolden("display-table-all", bytes)
  }

  @Test func coloursByState() throws {
    try expectGolden("display-table-colour", table(Table(palette: .ansi), Samples.plain))
  }

  /// Without its colours the coloured table is the plain one.
  @Test func saysNothingByColourAlone() throws {
    let coloured = String(decoding: table(Table(palette: .ansi), Samples.plain), as: UTF8.self)
    let plain = String(decoding: table(Table(), Samples.plain), as: UTF8.self)
    #expect(coloured != plain)
    #expect(try coloured.replacing(Regex("\u{1b}\\[[0-9;]+m"), with: "") == plain)
  }

  @Test(arguments: [Samples.plain, Samples.hostile, Samples.detailed])
  func leavesNoTrailingBlanks(listing: Listing) {
    for columns in [ColumnSet.standard(), .standard(process: false), ColumnSet(Column.all)] {
      for line in lines(table(Table(columns: columns), listing)) {
        #expect(!line.hasSuffix(" "))
      }
    }
  }

  @Test func leavesOutWhatIsNotKnown() {
    var sample = Samples.plainSample
    sample.asksOwners = false
    let lines = lines(table(Table(), sample.listing))
    #expect(lines[0].hasSuffix("PID/Process"))
    #expect(lines[1].hasSuffix("LISTENING"))
  }

  /// Every column begins at the same place in every line, whatever comes before it.
  @Test func alignsColumns() {
    let bytes = table(Table(columns: .standard(.extended)), Samples.plain)
    let all = lines(bytes).dropLast()
    for header in ["Local Address", "Foreign Address", "Queue", "State", "User", "PID/Process"] {
      guard let start = all.first?.firstRange(of: header)?.lowerBound.utf16Offset(in: all[0]) else {
        Issue.record("no \(header)")
        continue
      }
      for line in all.dropFirst() where line.utf8.count > start {
        let before = Array(line.utf8)[start - 1]
        let first = Array(line.utf8)[start]
        #expect(before == 0x20 && first != 0x20, "\(header) in \(line)")
      }
    }
  }

  @Test func writesNoHeaderWhereNoneIsWanted() {
    let lines = lines(table(Table(hasHeader: false), Samples.plain))
    #expect(lines[0].hasPrefix("tcp"))
    #expect(lines.count == Samples.plain.rows.count + 1)
  }

  @Test func writesTheHeaderOfAnEmptyTable() {
    let empty = Listing(.empty, rows: [])
    #expect(
      lines(table(Table(), empty)) == [
        "Proto  Local Address  Foreign Address  Queue  State  PID/Process", "",
      ])
  }

  @Test func keepsTheOrderOfTheListing() {
    let reversed = Listing(Samples.plain.snapshot, rows: Samples.plain.rows.reversed())
    let forward = lines(table(Table(hasHeader: false), Samples.plain)).dropLast()
    #expect(lines(table(Table(hasHeader: false), reversed)).dropLast() == forward.reversed()[...])
  }

  /// With a row that is very much longer than the others.
  @Test func writesLongTables() {
    var sample = Samples.hostileSample
    let command = Array(repeating: UInt8(ascii: "x"), count: 200_000)
    sample.names.processes[100]?.command = command
    var listing = sample.listing
    listing.rows = (0..<5000).map { UInt32($0 % listing.snapshot.count) }
    listing.rows = [1, 0] + listing.rows.map { $0 == 0 ? 1 : $0 }
    let columns = ColumnSet([.local, .process, .field(.command)])
    let bytes = table(Table(columns: columns), listing)
    #expect(lines(bytes).count == listing.rows.count + 2)
    #expect(lines(bytes)[2].utf8.count > 200_000)
  }

  /// A command line of 1.9 MB made 772 MB of a table: every other row was padded to it.
  @Test func padsNothingToAVeryLongCell() {
    var sample = Samples.hostileSample
    let command = Array(repeating: UInt8(ascii: "x"), count: 1_000_000)
    sample.names.processes[100]?.command = command
    let columns = ColumnSet([.local, .field(.command), .process])
    let bytes = table(Table(columns: columns), sample.listing)
    #expect(bytes.count < 1_100_000)
    #expect(lines(bytes)[1].contains(String(repeating: "x", count: 1_000_000) + "  100/"))
    #expect(lines(bytes)[2].count < 400)
  }

  struct Full: Error {}

  @Test func passesTheSinkErrorOn() {
    #expect(throws: Full.self) {
      try Table().rendering(Samples.plain).write { _ throws(Full) in throw Full() }
    }
  }
}
