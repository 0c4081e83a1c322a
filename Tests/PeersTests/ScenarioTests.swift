import LinuxSystem
import Peers
import SocketModel
import TestSupport
import Testing

struct ScenarioTests {
  @Test(arguments: IPAddress.Family.allCases)
  func everyStateIsInTheKernelsTable(family: IPAddress.Family) throws {
    let scenario = try Scenario.everyState(family)
    #expect(try missing(scenario.expected) == [])
    // All eleven, and BOUND, which is in no file of /proc.
    #expect(Set(scenario.expected.map(\.state)).count == 11)
    let named = Set(TCPState.named).subtracting([.closed])
    #expect(Set(scenario.expected.map(\.state)) == named)
  }

  @Test func everythingHoldsStill() throws {
    let scenario = try Scenario.everything()
    for _ in 0..<2 {
      #expect(try missing(scenario.expected) == [])
      try scenario.settle(within: .zero)
    }
    #expect(scenario.expected.contains { $0.local.address.isV4Mapped })
    #expect(scenario.expected.contains { $0.descriptors.count == 2 })
    #expect(scenario.expected.contains { $0.kind == .udp && $0.state == .closed })
    #expect(scenario.expected.contains { $0.kind == .udp && $0.state == .established })
  }

  @Test func waitingConnectionsHaveNoInode() throws {
    let scenario = Scenario()
    try scenario.addListener(.ipv4, waiting: 3)
    let queued = scenario.expected.filter { $0.inode == 0 }
    #expect(queued.count == 3)
    #expect(try missing(queued) == [])
  }

  @Test func twinsShareAPortAndNothingElse() throws {
    let scenario = Scenario()
    try scenario.addTwins(.ipv6, count: 4)
    #expect(Set(scenario.expected.map(\.local)).count == 1)
    #expect(Set(scenario.expected.map(\.inode)).count == 4)
  }

  @Test func allIsClosedAtTheEnd() throws {
    var listeners: [ExpectedSocket] = []
    do {
      let scenario = try Scenario.everyState()
      listeners = scenario.expected.filter { $0.state == .listening }
      #expect(try missing(listeners) == [])
    }
    for row in listeners { #expect(try KernelTable().contains(row) == false, "\(row)") }
  }

  @Test func aRowIsComparedByEndsStateAndInode() {
    let local = IPEndpoint(.loopback(.ipv4), 80)
    let bound = ExpectedSocket(
      kind: .tcp, local: local, remote: .unspecified(.ipv4), state: .bound, inode: 7,
      descriptors: [3], role: "")
    let row = Socket(
      .tcp, local: Endpoint(local), remote: .unspecified(.ipv4), state: .closed, inode: 7)
    #expect(bound.matches(row))
    var other = row
    other.inode = 8
    #expect(!bound.matches(other))
    other = row
    other.state = .listening
    #expect(!bound.matches(other))
  }
}
