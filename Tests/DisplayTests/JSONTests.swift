import Foundation
import SocketModel
import TestSupport
import Testing

@testable import Display

@Suite struct JSONTests {
  private static let everything: Sections = [
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
        line.hasPrefix("{\"host\":\"web-1\",\"time\":\"2026-02-28T23:59:59.123Z\",\"protocol\""))
    }
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
    let inOwners: Set<String> = ["pid", "process", "command", "fds"]
    #expect(names == Set(Field.all.map { $0.name }).subtracting(inOwners))
  }

  @Test func saysNullForWhatIsNotKnown() throws {
    var listing = Samples.plain
    listing.snapshot.owners = []
    let whole = try document(listing, Self.everything)
    #expect(whole["hidden_owners"] is NSNull)
    let sockets = try #require(whole["sockets"] as? [[String: Any]])
    for name in ["owner_status", "owners", "interface", "cgroup", "tcp_info", "memory", "tx_bytes"]
    {
      #expect(sockets[0][name] is NSNull, "\(name)")
    }
    #expect(sockets[8]["uid"] is NSNull)
    #expect(sockets[8]["inode"] is NSNull)
    #expect(sockets[3]["v6only"] is NSNull)
    #expect(try document(Samples.plain)["hidden_owners"] as? Int == 2)
  }

  @Test func anEmptyListingIsADocument() throws {
    let empty = try document(Listing(Snapshot(), rows: []))
    #expect((empty["sockets"] as? [Any])?.count == 0)
    #expect(empty["hidden_owners"] is NSNull)
    // It said that owners were not asked where there was no socket to have one.
    var asked = Snapshot()
    asked.ownersSince = 0
    #expect(try document(Listing(asked, rows: []))["hidden_owners"] as? Int == 0)
    #expect(written(JSON(.lines), Listing(Snapshot(), rows: [])).isEmpty)
  }

  @Test func saysHowManyMayBeMissing() throws {
    var listing = Samples.plain
    #expect(try document(listing)["undecided"] as? Int == 0)
    listing.undecided = 71
    #expect(try document(listing)["undecided"] as? Int == 71)
  }

  /// A recording from elsewhere was stamped with this host and now.
  @Test func hostAndTimeOfARecordingAreUnknown() throws {
    var listing = Samples.plain
    listing.snapshot.host = ""
    listing.snapshot.time = .epoch
    let whole = try document(listing)
    #expect(whole["host"] is NSNull && whole["time"] is NSNull)
  }

  @Test func escapesOtherTexts() throws {
    var listing = Samples.plain
    listing.snapshot.host = "a\"b\\c\u{1b}\u{7}\u{202e}\u{e0041}日\u{7f}"
    let bytes = written(JSON(.document), listing)
    #expect(try document(listing)["host"] as? String == listing.snapshot.host)
    #expect(!bytes.contains { $0 < 0x20 && $0 != 0x0a || $0 == 0x7f })
    #expect(!String(decoding: bytes, as: UTF8.self).unicodeScalars.contains("\u{202e}"))
  }

  @Test func saysWhatItNeeds() {
    #expect(JSON(.lines).needs == [.owners, .processNames, .userNames])
    #expect(JSON(.lines, sections: .memory).needs.contains(.memory))
  }
}

/// `\xNN` and `\\` back to bytes.
private func unescapedJSON(_ text: String) -> [UInt8] {
  var bytes: [UInt8] = []
  var rest = Array(text.utf8)[...]
  while let byte = rest.popFirst() {
    guard byte == UInt8(ascii: "\\") else {
      bytes.append(byte)
      continue
    }
    if rest.popFirst() == UInt8(ascii: "x") {
      bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
      rest = rest.dropFirst(2)
    } else {
      bytes.append(byte)
    }
  }
  return bytes
}
