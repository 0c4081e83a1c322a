import SocketModel
import TestSupport
import Testing

@testable import Display

@Suite struct CSVTests {
  private func records(_ csv: CSV, _ listing: Listing) -> [[String]] {
    parsedCSV(written { csv.rendering(listing).write(to: $0) })
  }

  @Test func writesEveryField() throws {
    try expectGolden(
      "display-csv", written { CSV(hasOrigin: true).rendering(Samples.detailed).write(to: $0) })
    let records = records(CSV(hasOrigin: true), Samples.detailed)
    #expect(records[0] == ["host", "time"] + CSV.ofRows.map { $0.name } + ["incomplete"])
    #expect(records.count == Samples.detailed.rows.count + 1)
    #expect(records.allSatisfy { $0.count == CSV.ofRows.count + 3 })
    #expect(records[1].prefix(3) == ["web-1", "2026-02-28T23:59:59.123Z", "tcp"])
  }

  @Test func theHeaderMayBeLeftOut() {
    let fields: [Field] = [.localPort]
    let all = written { CSV(fields: fields).rendering(Samples.plain).write(to: $0) }
    let rows = written {
      CSV(fields: fields, hasHeader: false).rendering(Samples.plain).write(to: $0)
    }
    #expect(Array("local_port\r\n".utf8) + rows == all)
  }

  @Test func tellsTheFirstOwner() {
    let fields: [Field] = [.localPort, .pid, .process, .fds, .ownerStatus, .user, .timer]
    let records = records(CSV(fields: fields), Samples.plain)
    #expect(records[2] == ["443", "640", "nginx", "3", "known", "root", "off"])
    #expect(records[11] == ["40000", "", "", "", "hidden", "", "off"])
  }

  @Test func quotesHostileNames() throws {
    let csv = CSV(fields: [.localPort, .process, .command, .state])
    try expectGolden(
      "display-csv-hostile", written { csv.rendering(Samples.hostile).write(to: $0) })
    let records = records(csv, Samples.hostile).dropFirst()
    #expect(records.count == Samples.hostileNames.count)
    for (record, name) in zip(records, Samples.hostileNames) {
      #expect(record.count == 4)
      #expect(unescaped(Array(record[1].utf8)) == name)
    }
  }

  /// A host may be called anything, and a recording has none.
  @Test func saysWhereAndWhen() {
    var sample = Samples.plainSample
    sample.host = "a,\"b\"\n"
    let csv = CSV(fields: [.localPort], hasOrigin: true)
    #expect(
      records(csv, sample.listing)[1] == ["a,\"b\"\\n", "2026-02-28T23:59:59.123Z", "22", "false"])
    sample.host = ""
    sample.time = .epoch
    #expect(
      records(csv, sample.listing).prefix(2) == [
        ["host", "time", "local_port", "incomplete"], ["", "", "22", "false"],
      ])
  }

  @Test func leavesEmptyWhatIsUnknown() {
    var sample = Samples.plainSample
    sample.asksOwners = false
    let listing = sample.listing
    let fields: [Field] = [.inode, .interface, .ownerStatus, .pid, .tcpInfo(.rtt), .v6only]
    #expect(records(CSV(fields: fields), listing)[9] == ["", "", "", "", "", ""])
    #expect(CSV(fields: fields).needs == [.owners, .tcpInfo])
  }
}
