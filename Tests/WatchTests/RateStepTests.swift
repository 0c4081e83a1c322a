import SocketModel
import TestSupport
import Testing

@testable import Watch

struct RateStepTests {
  private static let remote = Endpoint(IPAddress(v4: 0xc633_6407), 443)

  /// One connection that received so much; nil where it is listed by /proc, which does not count.
  private func snapshot(_ received: UInt64?, cookie: UInt64 = 1) -> Snapshot {
    var attributes = AttributeBytes()
    attributes.info = received.map { SyntheticHost.members(($0, 0)) } ?? [:]
    let bytes = attributes.bytes
    var builder = SnapshotBuilder()
    builder.table.append(
      Socket(
        .tcp, local: Endpoint(.loopback(.ipv4), 5000), remote: Self.remote, state: .established,
        inode: 100, cookie: received == nil ? 0 : cookie), attributes: bytes.span)
    return builder.frozen()
  }

  private func rates(
    _ refreshes: [(milliseconds: Int, received: UInt64?)], baseline: Int? = nil
  ) -> [Double?] {
    var table = LiveTable()
    return refreshes.map { refresh in
      table.update(
        snapshot(refresh.received), at: .milliseconds(refresh.milliseconds),
        isBaseline: refresh.milliseconds == baseline, interval: .seconds(1))
      return table.rows.first?.rates?.received
    }
  }

  /// A sender of 100 kB every 500 ms showed 0 and 1 MB/s at each key.
  @Test func aKeyLeavesTheRates() {
    #expect(
      rates([(0, 0), (1000, 200), (1100, 300), (1200, 300), (2000, 400), (2100, 500)])
        == [nil, 200, 200, 200, 200, 200])
  }

  @Test func aKeyShortlyBeforeARefreshTakesItsPlace() {
    #expect(rates([(0, 0), (800, 160), (1000, 200), (2000, 400)]) == [nil, 200, 200, 200])
  }

  @Test func aLateRefreshCountsAllOfItsTime() {
    #expect(rates([(0, 0), (1000, 200), (5000, 1000)]) == [nil, 200, 200])
  }

  @Test func anotherQuestionBeginsAnew() {
    #expect(rates([(0, 0), (200, 50), (1200, 250)], baseline: 200) == [nil, nil, 200])
  }

  @Test func aNewConnectionCountsFromTheLastRates() {
    var table = LiveTable()
    table.update(.empty, at: .zero, isBaseline: false, interval: .seconds(1))
    table.update(snapshot(300), at: .milliseconds(500), isBaseline: false, interval: .seconds(1))
    #expect(table.rows.map(\.rates) == [nil])
    table.update(snapshot(400), at: .milliseconds(1000), isBaseline: false, interval: .seconds(1))
    #expect(table.rows.map(\.rates) == [ByteRates(received: 400, sent: 0)])
  }

  /// Each row was told as closed and opened, since /proc has no cookies.
  @Test func aRefreshFromProcEndsNothing() {
    var table = LiveTable()
    for (second, received) in ([0, 200, nil, 600] as [UInt64?]).enumerated() {
      table.update(
        snapshot(received), at: .seconds(second), isBaseline: false, interval: .seconds(1))
      #expect(table.rows.map(\.id) == [0])
      #expect(table.rows.map(\.mark) == [.none])
    }
    #expect(table.rows[0].rates == ByteRates(received: 200, sent: 0))
  }
}
