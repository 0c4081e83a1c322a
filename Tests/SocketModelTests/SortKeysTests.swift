import SocketModel
import Testing

@Suite struct SortKeysTests {
  static func snapshot() -> Snapshot {
    let ports: [(UInt16, UInt32, UInt64)] = [(80, 5, 1), (443, 5, 0), (22, 9, 2), (80, 10, 3)]
    return Snapshot(
      sockets: ports.map { port, queue, inode in
        Socket(
          .tcp, local: Endpoint(.loopback(.ipv4), port), remote: .unspecified(.ipv4),
          state: .listening, receiveQueue: queue, inode: inode)
      })
  }

  @Test(arguments: [
    ("lport", [2, 0, 3, 1]), ("-lport", [1, 0, 3, 2]), ("recv_q,-local-port", [1, 0, 2, 3]),
    ("inode", [0, 2, 3, 1]), ("-inode", [3, 2, 0, 1]),
  ])
  func rowsGoByValueAndWhatIsAbsentComesLast(text: String, order: [UInt32]) throws {
    var rows: [UInt32] = [0, 1, 2, 3]
    try SortKeys(text).sort(&rows, of: Self.snapshot())
    #expect(rows == order)
  }

  // The completions offer it, and it was no field.
  @Test(arguments: [("queue", false), ("-Queue", true)])
  func queueIsBothQueues(text: String, isDescending: Bool) throws {
    #expect(
      try SortKeys(text).keys == [
        .init(.receiveQueue, isDescending: isDescending),
        .init(.sendQueue, isDescending: isDescending),
      ])
  }

  @Test func aKeyThatIsNoFieldNamesTheNearest() {
    #expect(throws: SortKeys.Failure.unknown("inod", nearest: "inode")) {
      try SortKeys("uid,inod")
    }
    #expect(throws: SortKeys.Failure.empty) { try SortKeys("uid,,pid") }
  }

  @Test func keysSayWhatTheyNeed() throws {
    #expect(try SortKeys("lport").needs == [])
    #expect(try SortKeys("process,rtt").needs == [.owners, .processNames, .tcpInfo])
  }
}
