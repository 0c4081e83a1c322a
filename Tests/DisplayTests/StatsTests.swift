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
    let groups = Samples.detailed.grouped(by: grouping)
    let names = Samples.detailed.snapshot.names
    let text = StatsTable(hasBars: true).text(groups, by: grouping, names: names)
    try expectGolden("display-stats-\(grouping.name)", text)
    let bytes = StatsJSON().bytes(groups, by: grouping, of: Samples.detailed)
    try expectGolden("display-stats-json-\(grouping.name)", bytes)
    let root = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    #expect((root?["groups"] as? [Any])?.count == groups.count)
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
      let groups = listing.grouped(by: .state)
      let rows = lines(StatsTable().text(groups, by: .state, names: Names())).dropFirst()
      return rows.prefix(groups.count).map { $0.prefix { $0 != " " } }
    }
    #expect(labels([.tcp, .udp]) == ["ESTABLISHED/tcp", "ESTABLISHED/udp"])
    #expect(labels([.udp, .udp]) == ["ESTABLISHED"])
  }

  @Test func cutsTheListAndSaysWhatIsLeft() {
    let groups = Samples.plain.grouped(by: .localPort)
    let text = StatsTable().text(
      groups, by: .localPort, names: Samples.plain.snapshot.names, top: 2)
    #expect(lines(text).count == 5)
    #expect(lines(text)[3].hasPrefix("(9 more)"))
  }

  @Test func keepsHostileNamesHarmless() throws {
    let groups = Samples.hostile.grouped(by: .process)
    let text = StatsTable().text(groups, by: .process, names: Samples.hostile.snapshot.names)
    #expect(!text.contains { $0 < 0x20 && $0 != 0x0a || $0 == 0x7f })
    let bytes = StatsJSON().bytes(groups, by: .process, of: Samples.hostile)
    #expect(!bytes.contains { $0 < 0x20 && $0 != 0x0a || $0 == 0x7f })
    _ = try JSONSerialization.jsonObject(with: Data(bytes))
  }
}
