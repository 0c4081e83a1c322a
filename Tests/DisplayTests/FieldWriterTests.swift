import Foundation
import SocketModel
import TestSupport
import Testing

@testable import Display

/// What JSON and CSV have in common.
@Suite struct FieldWriterTests {
  private func csv(_ fields: [Field], _ listing: Listing) -> [[String]] {
    parsedCSV(written { CSV(fields: fields, hasHeader: false).rendering(listing).write(to: $0) })
  }

  private func json(_ sections: Sections, _ listing: Listing) throws -> [[String: Any]] {
    let bytes = written { JSON(.lines, sections: sections).rendering(listing).write(to: $0) }
    return try lines(bytes).dropLast().map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
      return try #require(object as? [String: Any])
    }
  }

  /// One row whose congestion control algorithm is called this.
  private func listing(congestion name: [UInt8]) -> Listing {
    var sample = Sample()
    sample.add(
      Socket(.tcp, local: Samples.none4, remote: Samples.none4, state: .established), status: .none)
    var attributes = AttributeBytes()
    attributes.congestion = name
    sample.attributes = [attributes.bytes]
    return sample.listing
  }

  /// A field writes into room that was reserved for it: too little would trap.
  @Test func reservesRoomForTheLongestOfEach() throws {
    let listing = Samples.longest
    for field in Field.all {
      #expect(csv([field], listing).count == 2, "\(field.name)")
    }
    #expect(csv(Field.all, listing).map(\.count) == [Field.all.count, Field.all.count])
    let sockets = try json(Sections(rawValue: .max), listing)
    #expect(sockets[0]["congestion"] as? String == String(repeating: "\u{1}", count: 16))
    #expect(sockets[0]["cgroup"] as? String == String(repeating: "\u{1b}", count: 4095))
    let info = try #require(sockets[0]["tcp_info"] as? [String: Any])
    #expect(info["rto"] as? UInt64 == UInt64.max - 1)
    let table = written {
      Table(columns: ColumnSet(Column.all), numbers: .all).rendering(listing).write(to: $0)
    }
    #expect(lines(table).count == 4)
  }

  /// One process's long command line was taken for that of every field.
  @Test func reservesForALongNameOnce() {
    let listing = Samples.longest
    let fields = Field.all.filter { $0 != .owners && $0 != .cgroup }.map { ($0, ",") }
    let writer = FieldWriter(listing, CSVForm(), fields, owners: nil)
    #expect((400_000..<420_000).contains(writer.capacity))
  }

  /// Members are written from their attribute's bytes, in one pass: as they are read one by one, also
  /// of a listening socket, of structures of other kernels, and where there is none.
  @Test func writesMembersAsTheyAreRead() {
    var random = SeededGenerator(seed: 3)
    var sample = Sample()
    for length in Array(0...300) + [nil] {
      sample.add(
        Socket(.tcp, local: Samples.none4, remote: Samples.none4, state: .established),
        status: .none)
      var writer = AttributeWriter()
      if let length {
        var info = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
        if !info.isEmpty && length % 3 == 0 { info[0] = TCPState.listening.rawValue }
        // Rates and thresholds that are not set.
        for at in 76..<max(76, min(120, length)) where length % 2 == 0 { info[at] = 0xff }
        writer.append(.tcpInfo, info)
        writer.append(
          .memory, info.isEmpty ? [] : [TCPState.listening.rawValue] + info.prefix(39))
      }
      sample.attributes.append(writer.bytes)
    }
    let listing = sample.listing
    let fields = Field.all.filter { $0.group != nil }
    let expected = listing.rows.map { row in
      fields.map { field -> String in
        switch field.value(of: listing.snapshot[row]) {
        case .absent, .unknown: "null"
        case .number(let number): "\(number)"
        case .flag, .address, .word, .text, .name, .descriptors, .owners: "neither"
        }
      }
    }
    let writer = FieldWriter(listing, JSONForm(), fields.map { ($0, ",") }, owners: nil)
    let rows = listing.rows.indices.map { row -> String in
      var bytes: [UInt8] = []
      writer.append(row, to: &bytes)
      return String(decoding: bytes, as: UTF8.self)
    }
    #expect(rows == expected.map { $0.map { "," + $0 }.joined() })
    // Nearly all of them are different numbers.
    #expect(Set(expected.joined()).count > 5_000)
  }

  static let texts: [(name: [UInt8], json: String, csv: String)] = [
    (Array("bbr".utf8), "bbr", "bbr"), (Array("dctcp-reno_2".utf8), "dctcp-reno_2", "dctcp-reno_2"),
    (Array("a\"b,c\\".utf8), "a\"b,c\\\\", "a\"b,c\\\\"),
    (Array("\r\n".utf8), "\r\n", "\\x0d\\n"), (Array("日本".utf8), "日本", "日本"),
    ([0xff, 0x61], "\\xffa", "\\xffa"),
    (
      [UInt8](repeating: 0xff, count: 16), String(repeating: "\\xff", count: 16),
      String(repeating: "\\xff", count: 16)
    ),
  ]

  @Test(arguments: texts.indices)
  func escapesTexts(index: Int) throws {
    let (name, json, csv) = Self.texts[index]
    let listing = listing(congestion: name)
    #expect(self.csv([.congestion], listing) == [[csv]])
    #expect(try self.json(.congestion, listing)[0]["congestion"] as? String == json)
  }

  /// An interface or a control group without a name is its number, and still a text; a user's number
  /// has a field of its own.
  @Test func writesTheNumberOfWhatHasNoName() throws {
    let fields: [Field] = [.interface, .cgroup, .uid, .user, .state, .process]
    #expect(
      csv(fields, Samples.detailed)[10] == [
        "7", "/system.slice/ssh.service", "4000000000", "", "CLOSE_WAIT", "",
      ])
    #expect(csv(fields, Samples.detailed)[11] == ["", "43", "0", "root", "14", ""])
    let sockets = try json(.cgroup, Samples.detailed)
    #expect(sockets[10]["interface"] as? String == "7")
    #expect(sockets[11]["cgroup"] as? String == "43")
    #expect(sockets[11]["state"] as? String == "14")
    #expect(sockets[10]["user"] is NSNull)
  }

  @Test func writesWhatIsNotKnown() throws {
    var sample = Samples.plainSample
    sample.asksOwners = false
    let fields: [Field] = [
      .ownerStatus, .owners, .pid, .process, .command, .fds, .txBytes, .congestion,
      .tcpInfo(.rtt), .memory(.drops),
    ]
    #expect(csv(fields, sample.listing)[0] == Array(repeating: "", count: fields.count))
    let socket = try json([.congestion, .tcpInfo], sample.listing)[0]
    for name in ["owner_status", "owners", "tx_bytes", "congestion"] {
      #expect(socket[name] is NSNull, "\(name)")
    }
  }

  @Test func namesComeInEachFieldOfEachRow() {
    let fields: [Field] = [.process, .user, .process, .localPort, .interface]
    let records = csv(fields, Samples.plain)
    #expect(records[0] == ["sshd", "root", "sshd", "22", ""])
    #expect(records[4] == ["sshd", "root", "sshd", "22", "lo"])
    #expect(records[6] == ["postgres", "www-data", "postgres", "5432", ""])
  }
}
