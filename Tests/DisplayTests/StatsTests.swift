import Foundation
import SocketModel
import TestSupport
import Testing

@testable import Display

@Suite struct StatsTests {
  @Test func writesTotals() throws {
    let totals = Totals(Samples.plain)
    try expectGolden("display-stats", StatsTable(hasBars: true).text(totals))
    let bytes = StatsJSON().bytes(totals, of: Samples.plain)
    try expectGolden("display-stats-json", bytes)
    let root = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    #expect(root?["total"] as? Int == Samples.plain.rows.count)
  }

  @Test(arguments: Grouping.allCases)
  func writesGroups(grouping: Grouping) throws {
    let grouped = GroupedListing(Samples.detailed, by: [grouping])
    let text = StatsTable(hasBars: true).text(grouped)
    try expectGolden("display-stats-\(grouping.name)", text)
    let csv = StatsCSV().bytes(grouped)
    #expect(csv.count { $0 == 0x0a } == grouped.groups.count + 1)
  }

  @Test(arguments: Grouping.allCases)
  func writesGroupsAsJSON(grouping: Grouping) throws {
    let grouped = GroupedListing(Samples.detailed, by: [grouping])
    let bytes = StatsJSON().bytes(grouped)
    try expectGolden("display-stats-json-\(grouping.name)", bytes)
    let root = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    #expect((root?["groups"] as? [Any])?.count == grouped.groups.count)
  }

  private func several() throws -> GroupedListing {
    let order = try GroupOrder(
      "-tx_bytes,process", groupings: [.process, .state], sums: [.txBytes, .receiveQueue])
    return GroupedListing(
      Samples.detailed, by: [.process, .state], sums: [.txBytes, .receiveQueue], order: order,
      top: 8)
  }

  @Test func writesGroupsOfSeveral() throws {
    try expectGolden("display-stats-several", StatsTable().text(several()))
  }

  @Test func writesGroupsOfSeveralAsJSON() throws {
    try expectGolden("display-stats-json-several", StatsJSON().bytes(several()))
  }

  @Test func writesGroupsOfSeveralAsCSV() throws {
    try expectGolden("display-stats-csv-several", StatsCSV().bytes(several()))
  }

  /// Two users of one name, a process called "-" and nobody's sockets: each pair was two equal lines.
  @Test func groupsThatWouldLookTheSameSayMore() {
    let any = Endpoint.unspecified(.ipv4)
    func labels(_ grouping: Grouping, _ builder: consuming SnapshotBuilder) -> [String] {
      let count = UInt32(builder.count)
      let listing = Listing(builder.frozen(), rows: Array(0..<count))
      let text = lines(StatsTable().text(GroupedListing(listing, by: [grouping]))).dropFirst()
      return text.map { line in
        line.components(separatedBy: "  ").first ?? ""
      }.filter { !$0.isEmpty }.sorted()
    }
    var users = SnapshotBuilder(
      sockets: [0, 7, 8].map {
        Socket(.tcp, local: any, remote: any, state: .established, rawUID: $0, inode: 1)
      })
    users.names.users = [0: "root", 7: "root", 8: "news"]
    #expect(labels(.user, users) == ["news", "root (uid 0)", "root (uid 7)"])
    var owners = SnapshotBuilder(
      sockets: [1, 2].map {
        Socket(.tcp, local: any, remote: any, state: .established, inode: $0)
      })
    owners.join(
      OwnerIndex([.init(inode: 1, pid: 5, descriptor: 3)]), listeners: [], hiddenCause: nil)
    owners.setOwners(RowOwners(.none), of: 1)
    owners.names.processes = [5: ProcessName(name: Array("-".utf8))]
    #expect(labels(.process, owners) == ["- (name)", "- (nobody)"])
  }

  /// It said 0 of sockets that the source does not tell of.
  @Test func whatIsNotKnownIsNotZero() throws {
    var table = SocketTable()
    table.boundGap = .proc
    let listing = Listing(SnapshotBuilder(table).frozen(), rows: [])
    let totals = Totals(listing, protocols: .tcp, families: .ipv4)
    let rows = lines(StatsTable().text(totals)).map { $0.split(separator: " ") }
    #expect(rows.contains(["BOUND", "-", "-"]) && rows.contains(["LISTENING", "0", "0"]))
    let json = try JSONSerialization.jsonObject(
      with: Data(StatsJSON().bytes(totals, of: listing)))
    let root = try #require(json as? [String: Any])
    #expect(root["undecided"] is NSNull)
    let protocols = try #require(root["protocols"] as? [[String: Any]])
    let states = try #require(protocols.first?["states"] as? [String: Any])
    #expect(states["BOUND"] is NSNull && states["LISTENING"] as? Int == 0)
  }

  /// ESTABLISHED stood there twice, of TCP and of UDP.
  @Test func statesOfTwoProtocolsSayWhich() {
    func labels(_ kinds: [SocketKind]) -> [Substring] {
      let any = Endpoint.unspecified(.ipv4)
      let sockets = kinds.map { Socket($0, local: any, remote: any, state: .established) }
      let listing = Listing(
        SnapshotBuilder(sockets: sockets).frozen(), rows: Array(0..<UInt32(sockets.count)))
      let grouped = GroupedListing(listing, by: [.state])
      let rows = lines(StatsTable().text(grouped)).dropFirst()
      return rows.prefix(grouped.groups.count).map { $0.prefix { $0 != " " } }
    }
    #expect(labels([.tcp, .udp]) == ["ESTABLISHED/tcp", "ESTABLISHED/udp"])
    #expect(labels([.udp, .udp]) == ["ESTABLISHED"])
  }

  @Test func cutsTheListAndSaysWhatIsLeft() {
    let text = StatsTable().text(GroupedListing(Samples.plain, by: [.localPort], top: 2))
    #expect(lines(text).count == 5)
    #expect(lines(text)[3].hasPrefix("(9 more)"))
  }

  @Test func keepsHostileNamesHarmless() throws {
    let grouped = GroupedListing(Samples.hostile, by: [.process, .pid])
    let text = StatsTable().text(grouped)
    #expect(!text.contains { $0 < 0x20 && $0 != 0x0a || $0 == 0x7f })
    let csv = StatsCSV().bytes(grouped)
    #expect(!csv.contains { $0 < 0x20 && $0 != 0x0a && $0 != 0x0d || $0 == 0x7f })
    let bytes = StatsJSON().bytes(grouped)
    #expect(!bytes.contains { $0 < 0x20 && $0 != 0x0a || $0 == 0x7f })
    _ = try JSONSerialization.jsonObject(with: Data(bytes))
  }
}
