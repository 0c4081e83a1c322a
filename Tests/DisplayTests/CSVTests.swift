import SocketModel
import TestSupport
import Testing

@testable import Display

@Suite struct CSVTests {
  private func records(_ csv: CSV, _ listing: Listing) -> [[String]] {
    parse(written { csv.rendering(listing).write(to: $0) })
  }

  @Test func writesEveryField() throws {
    try expectGolden("display-csv", written { CSV().rendering(Samples.detailed).write(to: $0) })
    let records = records(CSV(), Samples.detailed)
    #expect(records[0] == Field.all.map { $0.name })
    #expect(records.count == Samples.detailed.rows.count + 1)
    #expect(records.allSatisfy { $0.count == Field.all.count })
  }

  @Test func theHeaderMayBeLeftOut() {
    let fields: [Field] = [.localPort]
    let all = written { CSV(fields: fields).rendering(Samples.plain).write(to: $0) }
    let rows = written {
      CSV(fields: fields, hasHeader: false).rendering(Samples.plain).write(to: $0)
    }
    #expect(Array("local_port\r\n".utf8) + rows == all)
  }

  @Test func joinsLists() {
    let fields: [Field] = [.localPort, .pid, .process, .fds, .ownerStatus, .user, .timer]
    let records = records(CSV(fields: fields), Samples.plain)
    #expect(
      records[2] == [
        "443", "640;641;642;643;644", "nginx;nginx;nginx;nginx;nginx", "3 5;3 5;3 5;3 5;3 5",
        "known", "root", "off",
      ])
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

  @Test func leavesEmptyWhatIsUnknown() {
    var listing = Samples.plain
    listing.snapshot.owners = []
    let fields: [Field] = [.inode, .interface, .ownerStatus, .pid, .tcpInfo(.rtt), .v6only]
    #expect(records(CSV(fields: fields), listing)[9] == ["", "", "", "", "", ""])
    #expect(CSV(fields: fields).needs == [.owners, .tcpInfo])
  }

  /// RFC 4180, section 2.
  private func parse(_ bytes: [UInt8]) -> [[String]] {
    var records: [[String]] = []
    var record: [String] = []
    var cell: [UInt8] = []
    var isQuoted = false
    var rest = bytes[...]
    while let byte = rest.popFirst() {
      switch (byte, isQuoted) {
      case (UInt8(ascii: "\""), true) where rest.first == byte: cell.append(rest.removeFirst())
      case (UInt8(ascii: "\""), _): isQuoted.toggle()
      case (UInt8(ascii: ","), false), (UInt8(ascii: "\n"), false):
        record.append(String(decoding: cell, as: UTF8.self))
        cell = []
        if byte == UInt8(ascii: "\n") {
          records.append(record)
          record = []
        }
      case (UInt8(ascii: "\r"), false): continue
      default: cell.append(byte)
      }
    }
    return records
  }
}
