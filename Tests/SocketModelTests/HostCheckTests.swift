import SocketModel
import Testing

/// What the kernel counts, held against limits. Findings from sockets are made for real in
/// `CheckCommandTests`.
@Suite struct HostCheckTests {
  private static let facts: HostFacts = {
    var facts = HostFacts()
    facts.orphans = .init(60, of: 100)
    facts.tcpMemory = .init(10, of: 100)
    facts.conntrack = .init(0, of: 0)
    facts.files = [7: .init(95, of: 100), 8: .init(99, of: 100), 9: .init(5, of: 100)]
    facts.neverBound = [7: 50, 8: 3]
    return facts
  }()

  private func names(
    without: Set<FindingKind> = [], limits: [FindingKind: Int] = [:]
  ) -> [String] {
    HostCheck(.empty, since: nil, Self.facts, without: without, limits: limits).findings()
      .map { "\($0.kind.name) \($0.count)" }
  }

  @Test func theWorstComesFirst() {
    #expect(names() == ["file-limit 99", "file-limit 95", "orphans 60", "never-bound 50"])
  }

  @Test func eachCanBeLeftOutOrHaveAnotherLimit() {
    #expect(names(without: [.fileLimit, .neverBound]) == ["orphans 60"])
    #expect(
      names(without: [.neverBound], limits: [.fileLimit: 99, .orphans: 61, .tcpMemory: 10])
        == ["file-limit 99", "tcp-memory 10"])
  }

  @Test func namesDoNotChange() {
    #expect(
      FindingKind.allCases.map(\.name) == [
        "file-limit", "accept-queue-drops", "accept-queue-full", "ephemeral-ports", "conntrack",
        "tcp-memory", "orphans", "udp-drops", "not-accepted", "close-wait", "never-bound",
        "verdict",
      ])
  }
}
