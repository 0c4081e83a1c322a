import Foundation
import SocketModel
import TestSupport
import Testing

@testable import Display

@Suite struct JSONTests {
  private static let everything: Sections = [
    .namespace, .unix, .special, .ends, .age, .idle, .verdict, .event,
    .timer, .extended, .internals, .memory, .commands,
  ]

  private func written(_ json: JSON, _ listing: Listing) -> [UInt8] {
    DisplayTests.written { json.rendering(listing).write(to: $0) }
  }

  private func document(_ listing: Listing, _ sections: Sections = []) throws -> [String: Any] {
    let bytes = written(JSON(.document, sections: sections), listing)
    return try #require(
      try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
  }

  @Test func writesDocuments() throws {
    try expectGolden("display-json", written(JSON(.document), Samples.plain))
  }

  @Test func writesLines() throws {
    let bytes = written(JSON(.lines, sections: Self.everything), Samples.detailed)
    try expectGolden("display-ndjson-detailed", bytes)
    for line in lines(bytes).dropLast() {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      #expect(object?["host"] as? String == "web-1")
      #expect(
        line.hasPrefix(
          "{\"schema\":1,\"host\":\"web-1\",\"time\":\"2026-02-28T23:59:59.123Z\",\"machine_id\":null,\"boot_id\":null,\"incomplete\":false,\"protocol\""
        ))
    }
  }

  /// polars takes its types from the first 100 lines: it refused the list of a host with more
  /// listeners than that, whose connections had an owner, a round-trip time, an interface.
  @Test func theFirstLinesTellEveryType() throws {
    var sample = Sample()
    for port: UInt16 in 1...150 {
      sample.add(
        Socket(.tcp, local: Samples.v4(0, 0, 0, 0, port), remote: Samples.none4, state: .listening),
        status: .hidden)
    }
    sample.add(
      Socket(
        .tcp, local: Samples.v4(127, 0, 0, 1, 5432), remote: Samples.v4(127, 0, 0, 1, 53412),
        state: .established, rawUID: 33, inode: 107, cookie: 7, interface: 1), owners: [990])
    let listing = sample.listing
    func ports(_ json: JSON) throws -> [Int] {
      try lines(written(json, listing)).dropLast().map { line in
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return object?["local_port"] as? Int ?? 0
      }
    }
    #expect(try ports(JSON(.lines)) == [5432] + Array(1...150))
    // An order that was asked for is kept.
    #expect(try ports(JSON(.lines, isSorted: true)) == Array(1...150) + [5432])
    #expect(try ports(JSON(.lines, sections: Self.everything)).first == 5432)
    let short = Listing(listing.snapshot, rows: Array(listing.rows.suffix(20)))
    #expect(short.typedFirst(JSON.fields([])).rows == short.rows)
  }

  @Test func linesMayHaveMoreMembers() throws {
    let listing = Listing(Samples.plain.snapshot, rows: [8])
    let rest = Array(written(JSON(.lines), listing).dropLast(2))
    var before = JSONMembers()
    before.append("event", "a\"b")
    before.append("former", nil as String?)
    var after = JSONMembers()
    after.append("bytes", .max)
    after.append("exact", true)
    after.append("unknown", nil as Bool?)
    for (key, time) in [("age", 61.0625), ("start", -1), ("short", 0.0049)] {
      after.append(key, .seconds(time))
    }
    var out: [UInt8] = []
    JSONLines(listing, sections: [], isIncomplete: false).append(
      0, before: before, after: after, to: &out)
    let line = String(decoding: out, as: UTF8.self)
    #expect(
      line.contains(
        ",\"boot_id\":null,\"incomplete\":false,\"event\":\"a\\\"b\",\"former\":null,\"protocol\":\"tcp\","
      ))
    #expect(
      line.hasSuffix(
        "\"peer_local\":null,\"bytes\":18446744073709551615,\"exact\":true,\"unknown\":null,\"age\":61.062,"
          + "\"start\":0.000,\"short\":0.004}\n"))
    var plain: [UInt8] = []
    JSONLines(listing, sections: [], isIncomplete: false).append(0, to: &plain)
    #expect(plain.dropLast(2) == rest[...])
  }

  @Test func keepsHostileNamesHarmlessAndReversible() throws {
    let bytes = written(JSON(.document, sections: .commands), Samples.hostile)
    try expectGolden("display-json-hostile", bytes)
    #expect(!bytes.contains { $0 < 0x20 && $0 != 0x0a || $0 == 0x7f })
    let sockets = try document(Samples.hostile, .commands)["sockets"] as? [[String: Any]] ?? []
    #expect(sockets.count == Samples.hostileNames.count)
    for (socket, name) in zip(sockets, Samples.hostileNames) {
      let owner = (socket["owners"] as? [[String: Any]])?.first
      #expect(unescapedJSON(owner?["name"] as? String ?? "?") == name)
      let arguments = owner?["command"] as? [String] ?? []
      #expect(arguments.map { unescapedJSON($0) } == [name, Array("\0x".utf8.dropFirst())])
    }
  }

  @Test func namesItsFieldsAsTheVocabularyDoes() throws {
    let sockets = try document(Samples.detailed, Self.everything)["sockets"] as? [[String: Any]]
    let socket = try #require(sockets?.first)
    let nested: Set<String> = ["tcp_info", "memory", "owners"]
    var names = Set(socket.keys).subtracting(nested)
    names.formUnion((socket["tcp_info"] as? [String: Any])?.keys.map { $0 } ?? [])
    names.formUnion((socket["memory"] as? [String: Any])?.keys.map { $0 } ?? [])
    names.insert("owners")
    let inOwners = Field.all.filter { $0.subject == .firstOwner }
    #expect(inOwners == [.pid, .process, .command, .exeDeleted, .fds])
    #expect(names == Set(CSV.ofRows.map(\.name)).subtracting(inOwners.map(\.name)))
  }

  @Test func saysNullForWhatIsNotKnown() throws {
    var sample = Samples.plainSample
    sample.asksOwners = false
    let whole = try document(sample.listing, Self.everything)
    #expect(whole["hidden_owners"] is NSNull)
    let sockets = try #require(whole["sockets"] as? [[String: Any]])
    for name in ["owner_status", "owners", "interface", "cgroup", "tx_bytes"] {
      #expect(sockets[0][name] is NSNull, "\(name)")
    }
    for group in ["tcp_info", "memory"] {
      let members = try #require(sockets[0][group] as? [String: Any])
      #expect(!members.isEmpty && members.values.allSatisfy { $0 is NSNull })
    }
    #expect(sockets[8]["uid"] is NSNull)
    #expect(sockets[8]["inode"] is NSNull)
    #expect(sockets[3]["v6only"] is NSNull)
    #expect(try document(Samples.plain)["hidden_owners"] as? Int == 2)
  }

  @Test func anEmptyListingIsADocument() throws {
    let empty = try document(Listing(.empty, rows: []))
    #expect((empty["sockets"] as? [Any])?.count == 0)
    #expect(empty["hidden_owners"] is NSNull)
    // It said that owners were not asked where there was no socket to have one.
    var asked = SnapshotBuilder()
    asked.ownersSince = 0
    #expect(try document(Listing(asked.frozen(), rows: []))["hidden_owners"] as? Int == 0)
    #expect(written(JSON(.lines), Listing(.empty, rows: [])).isEmpty)
  }

  @Test func saysHowManyMayBeMissing() throws {
    var listing = Samples.plain
    #expect(try document(listing)["undecided"] as? Int == 0)
    listing.hidden = 71
    #expect(try document(listing)["undecided"] as? Int == 71)
    var table = SocketTable()
    table.boundGap = .kernel
    listing.snapshot = SnapshotBuilder(table).frozen()
    listing.rows = []
    #expect(try document(listing)["undecided"] is NSNull)
  }

  /// A recording from elsewhere was stamped with this host and now.
  @Test func hostAndTimeOfARecordingAreUnknown() throws {
    var sample = Samples.plainSample
    sample.host = ""
    sample.time = .epoch
    let whole = try document(sample.listing)
    #expect(whole["host"] is NSNull && whole["time"] is NSNull)
  }

  @Test func escapesOtherTexts() throws {
    var sample = Samples.plainSample
    sample.host = "a\"b\\c\u{1b}\u{7}\u{202e}\u{e0041}日\u{7f}"
    let bytes = written(JSON(.document), sample.listing)
    #expect(try document(sample.listing)["host"] as? String == sample.host)
    #expect(!bytes.contains { $0 < 0x20 && $0 != 0x0a || $0 == 0x7f })
    #expect(!String(decoding: bytes, as: UTF8.self).unicodeScalars.contains("\u{202e}"))
  }

  @Test func saysWhatItNeeds() {
    #expect(
      JSON(.lines).needs == [.owners, .processNames, .userNames, .namespace, .joining])
    #expect(JSON(.lines, sections: .memory).needs.contains(.memory))
  }
}
