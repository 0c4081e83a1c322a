import Glibc
import LinuxSystem
import Testing
import TestSupport

@testable import KernelFormats
@testable import SocketModel
@testable import SocketSources

/// The dump against a fake kernel: the other end of a socket pair, which answers as the table says.
@Suite struct DiagDumpTests {
  private typealias Answer = (InetDiagRequest, UInt32) -> [[UInt8]]

  /// Runs a query; `answer` gives the datagrams for a request and its sequence number.
  private func run(
    _ query: Query = Query(), _ answer: Answer
  ) throws -> (table: SocketTable, requests: [InetDiagRequest]) {
    var ends: [Int32] = [-1, -1]
    let made = unsafe socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &ends)
    try #require(made == 0)
    let kernel = NetlinkSocket(owning: FileDescriptor(owning: ends[1]))
    var dump = try DiagDump(
      query, over: NetlinkSocket(owning: FileDescriptor(owning: ends[0])))
    var requests: [InetDiagRequest] = []
    var buffer = zeros(1 << 16)
    while !dump.isDone {
      let count = try kernel.receive(into: &buffer, waiting: false).count
      let bytes = Array(buffer.prefix(count))
      var walk = NetlinkWalk()
      let message = try #require(try walk.next(in: bytes.span))
      let request = try #require(try InetDiagRequest(message, in: bytes.span))
      requests.append(request)
      try #require(requests.count < 10)
      for datagram in answer(request, message.sequence) {
        try kernel.send(datagram.span)
        _ = try dump.step()
      }
    }
    return (dump.finish(), requests)
  }

  private func row(
    _ sequence: UInt32, cookie: UInt64, flags: UInt16 = 2, local: [UInt8] = [127, 0, 0, 1]
  ) -> [UInt8] {
    NetlinkBytes.message(
      20, flags: flags, sequence: sequence,
      NetlinkBytes.row(local: local, remote: local, cookie: cookie))
  }

  private func done(_ sequence: UInt32, _ code: Int32 = 0) -> [UInt8] {
    NetlinkBytes.done(code, sequence: sequence)
  }

  @Test func aDumpOfSeveralDatagramsIsOneTable() throws {
    let (table, requests) = try run { _, sequence in
      [
        row(sequence, cookie: 1) + row(sequence, cookie: 2), row(sequence, cookie: 3),
        done(sequence),
      ]
    }
    #expect(table.sockets.map(\.cookie) == [1, 2, 3])
    #expect(requests.map(\.form) == [.tcp])
    #expect(table.notices.isEmpty)
  }

  @Test func aRowThatComesTwiceIsKeptOnce() throws {
    let (table, _) = try run { _, sequence in
      [
        row(sequence, cookie: 1) + row(sequence, cookie: 2),
        row(sequence, cookie: 2) + row(sequence, cookie: 0) + row(sequence, cookie: 0),
        row(sequence, cookie: 1) + done(sequence),
      ]
    }
    #expect(table.sockets.map(\.cookie) == [1, 2, 0])
  }

  @Test func answersToOthersAreNoAnswers() throws {
    let (table, _) = try run { _, sequence in
      [row(sequence &+ 1, cookie: 1) + row(sequence, cookie: 2), done(99), done(sequence)]
    }
    #expect(table.sockets.map(\.cookie) == [2])
  }

  @Test func anInterruptedDumpIsReadAgain() throws {
    var round: UInt64 = 0
    let (table, requests) = try run { _, sequence in
      round += 1
      return [row(sequence, cookie: round, flags: round < 3 ? 0x12 : 2), done(sequence)]
    }
    #expect(table.sockets.map(\.cookie) == [3])
    #expect(requests == [InetDiagRequest](repeating: requests[0], count: 3))
    #expect(table.notices.isEmpty)
  }

  @Test func afterThreeTimesItIsTakenAndSaid() throws {
    let (table, requests) = try run(Query(protocols: .udp)) { request, sequence in
      let v4 = request.form == .byFamily(.udp, .ipv4)
      return [
        row(sequence, cookie: v4 ? 1 : 2),
        NetlinkBytes.done(flags: v4 ? 0x12 : 2, sequence: sequence),
      ]
    }
    #expect(requests.count == 4)
    #expect(table.sockets.map(\.cookie) == [1, 2])
    #expect(
      table.notices == [
        .warning("the socket table kept changing while it was read: the result may be incomplete")
      ])
  }

  /// Then nobody but us leaves rows out.
  @Test func refusedBytecodeIsLeftOut() throws {
    let pushdown = Pushdown.port(.local, 80...80)
    let (table, requests) = try run(Query(pushdown: pushdown)) { request, sequence in
      guard request.bytecode.isEmpty else { return [NetlinkBytes.error(-22, sequence: sequence)] }
      let rows: [[UInt8]] = [80, 81].map { port in
        NetlinkBytes.message(
          20, sequence: sequence, NetlinkBytes.row(localPort: port, cookie: UInt64(port)))
      }
      return rows + [done(sequence)]
    }
    #expect(requests.map(\.bytecode.isEmpty) == [false, true])
    #expect(table.sockets.map(\.cookie) == [80])
  }

  /// More than fits into a datagram may listen; an owner lookup must not begin before all of it came.
  @Test func whatListensIsReadFirst() throws {
    var ends: [Int32] = [-1, -1]
    let made = unsafe socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &ends)
    try #require(made == 0)
    let kernel = NetlinkSocket(owning: FileDescriptor(owning: ends[1]))
    var dump = try DiagDump(
      Query(), over: NetlinkSocket(owning: FileDescriptor(owning: ends[0])))
    var cookie: UInt64 = 0
    for states: [UInt8] in [[10, 10], [10], [10, 1], [1]] {
      let datagram = states.flatMap { state in
        cookie += 1
        return NetlinkBytes.message(20, NetlinkBytes.row(state: state, cookie: cookie))
      }
      try kernel.send(datagram.span)
    }
    let end = done(1)
    try kernel.send(end.span)
    try dump.readListeners()
    #expect(dump.rowsSoFar.map(\.state.rawValue) == [10, 10, 10, 10, 1])
    let all = try dump.readRest()
    #expect(all.sockets.map(\.state.rawValue) == [10, 10, 10, 10, 1, 1])
  }

  @Test func aRefusedOldRequestBecomesOneForEachFamily() throws {
    let (table, requests) = try run { request, sequence in
      switch request.form {
      case .tcp: [row(sequence, cookie: 9), done(sequence, -95)]
      case .byFamily(_, .ipv4): [row(sequence, cookie: 1), done(sequence)]
      case .byFamily(_, .ipv6): [row(sequence, cookie: 2, local: zeros(16)), done(sequence)]
      }
    }
    #expect(requests.map(\.form) == [.tcp, .byFamily(.tcp, .ipv4), .byFamily(.tcp, .ipv6)])
    #expect(table.sockets.map(\.cookie) == [1, 2])
  }

  @Test(arguments: [EPERM, EACCES, ENOENT, EOPNOTSUPP, EPROTONOSUPPORT, EAFNOSUPPORT])
  func aRefusalIsSaid(number: Int32) {
    #expect(throws: SourceError.refused(Errno(rawValue: number))) {
      try run { _, sequence in [NetlinkBytes.error(-number, sequence: sequence)] }
    }
    #expect(throws: SourceError.refused(Errno(rawValue: number))) {
      try run(Query(protocols: .udp)) { _, sequence in [done(sequence, -number)] }
    }
  }

  @Test func aBadRowCostsItselfAndIsCounted() throws {
    let short = { NetlinkBytes.message(20, sequence: $0, zeros(8)) }
    let (table, _) = try run { _, sequence in
      [row(sequence, cookie: 1) + short(sequence) + short(sequence), row(sequence, cookie: 2)]
        + [done(sequence)]
    }
    #expect(table.sockets.map(\.cookie) == [1, 2])
    #expect(
      table.notices == [
        .warning(
          "2 of the kernel's messages can't be read; the first in a netlink datagram, "
            + "byte 104: a message of only 8 bytes")
      ])
  }

  /// A row whose details could not be read counted as seen, at a place that had no row: a trap.
  @Test func aRowWithABadAttributeLeavesNoTrace() throws {
    let (table, _) = try run(Query(needs: .details)) { _, sequence in
      let bad = NetlinkBytes.message(
        20, sequence: sequence, NetlinkBytes.row(cookie: 7) + zeros(4))
      return [bad + row(sequence, cookie: 7) + row(sequence, cookie: 7) + done(sequence)]
    }
    #expect(table.sockets.map(\.cookie) == [7])
    #expect(table.details.count == 1)
    #expect(table.notices.count == 1)
  }

  @Test func aBadHeaderEndsIt() {
    let error = SourceError.malformed(
      at: "byte 88 of a netlink datagram", "length 0 is smaller than its header")
    #expect(throws: error) { try run { _, sequence in [row(sequence, cookie: 1) + zeros(16)] } }
  }

  @Test func aDatagramThatDoesNotFitEndsIt() {
    let error = SourceError.malformed(
      at: "a netlink datagram", "it is longer than 32768 bytes")
    #expect(throws: error) { try run { _, _ in [zeros(40_000)] } }
  }

  @Test func rowsThatAreNotAdmittedAreDropped() throws {
    let (table, _) = try run(Query(states: StateSet(.listening))) { _, sequence in
      [10, 1].map { state in
        NetlinkBytes.message(20, sequence: sequence, NetlinkBytes.row(state: state, cookie: 0))
      } + [done(sequence)]
    }
    #expect(table.sockets.map(\.state) == [.listening])
  }
}

func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
