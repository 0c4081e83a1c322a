import LinuxSystem
import Peers
import SocketModel
import TestSupport
import Testing

struct ScenarioTests {
  @Test(arguments: IPAddress.Family.allCases)
  func everyStateIsInTheKernelsTable(family: IPAddress.Family) throws {
    let scenario = try Scenario.everyState(family)
    for row in scenario.expected where row.state != .bound {
      #expect(try eventually(within: 5) { try tableRows().contains(TableRow(row)) }, "\(row)")
    }
    // All eleven, and BOUND, which is in no file of /proc.
    #expect(Set(scenario.expected.map(\.state)).count == 11)
    let named = Set(TCPState.named).subtracting([.closed])
    #expect(Set(scenario.expected.map(\.state)) == named)
  }

  @Test func everythingHoldsStill() throws {
    let scenario = try Scenario.everything()
    for _ in 0..<20 {
      let rows = try tableRows()
      for row in scenario.expected where row.state != .bound && row.transport == .tcp {
        #expect(rows.contains(TableRow(row)), "\(row)")
      }
      try scenario.settle(within: .zero)
    }
    #expect(scenario.expected.contains { $0.local.address.isV4Mapped })
    #expect(scenario.expected.contains { $0.descriptors.count == 2 })
    #expect(scenario.expected.contains { $0.transport == .udp && $0.state == .closed })
    #expect(scenario.expected.contains { $0.transport == .udp && $0.state == .established })
  }

  @Test func waitingConnectionsHaveNoInode() throws {
    let scenario = Scenario()
    try scenario.addListener(.ipv4, waiting: 3)
    let queued = scenario.expected.filter { $0.inode == 0 }
    #expect(queued.count == 3)
    let rows = try tableRows()
    for row in queued { #expect(rows.contains(TableRow(row)), "\(row)") }
  }

  @Test func twinsShareAPortAndNothingElse() throws {
    let scenario = Scenario()
    try scenario.addTwins(.ipv6, count: 4)
    #expect(Set(scenario.expected.map(\.local)).count == 1)
    #expect(Set(scenario.expected.map(\.inode)).count == 4)
  }

  @Test func allIsClosedAtTheEnd() throws {
    var listeners: [TableRow] = []
    do {
      let scenario = try Scenario.everyState()
      listeners = scenario.expected.filter { $0.state == .listening }.map(TableRow.init)
      let rows = try tableRows()
      #expect(listeners.allSatisfy(rows.contains))
    }
    let rows = try tableRows()
    #expect(!listeners.contains(where: rows.contains))
  }

  @Test func aRowIsComparedByEndsStateAndInode() {
    let local = Endpoint(.loopback(.ipv4), 80)
    let bound = ExpectedSocket(
      transport: .tcp, local: local, remote: .unspecified(.ipv4), state: .bound, inode: 7,
      descriptors: [3], role: "")
    let row = Socket(
      .tcp, local: local, remote: .unspecified(.ipv4), state: .closed, inode: 7)
    #expect(bound.matches(row))
    var other = row
    other.inode = 8
    #expect(!bound.matches(other))
    other = row
    other.state = .listening
    #expect(!bound.matches(other))
  }
}

/// What /proc/net/tcp says of a socket, read here by other code than what is tested with it.
struct TableRow: Hashable {
  let local: String
  let remote: String
  let state: UInt8
  let inode: UInt64

  init(_ socket: ExpectedSocket) {
    local = Self.text(socket.local)
    remote = Self.text(socket.remote)
    state = socket.state.rawValue
    inode = socket.inode
  }

  init?(_ line: Substring) {
    let words = line.split(separator: " ")
    guard words.count > 9, let state = UInt8(words[3], radix: 16), let inode = UInt64(words[9])
    else { return nil }
    local = String(words[1])
    remote = String(words[2])
    self.state = state
    self.inode = inode
  }

  private static func text(_ endpoint: Endpoint) -> String {
    let words = endpoint.address.family == .ipv4 ? 1 : 4
    var text = ""
    for index in (0..<words).reversed() {
      let word = UInt32(truncatingIfNeeded: endpoint.address.bits >> (index * 32))
      text += hex(word.byteSwapped, 8)
    }
    return text + ":" + hex(UInt32(endpoint.port), 4)
  }

  private static func hex(_ number: UInt32, _ width: Int) -> String {
    let digits = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: width - digits.count) + digits
  }
}

func tableRows() throws -> Set<TableRow> {
  var rows: Set<TableRow> = []
  for file in ["tcp", "tcp6", "udp", "udp6"] {
    let bytes = try FileDescriptor.contents(of: "/proc/net/" + file)
    let text = String(decoding: bytes, as: UTF8.self)
    rows.formUnion(text.split(separator: "\n").compactMap { TableRow($0) })
  }
  return rows
}
