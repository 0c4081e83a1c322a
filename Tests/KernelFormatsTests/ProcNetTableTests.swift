import SocketModel
import TestSupport
import Testing

@testable import KernelFormats

/// Parses a whole file in pieces of the given size, as a source does.
private func rows(
  _ bytes: [UInt8], _ kind: SocketKind = .tcp, byteOrder: ByteOrder = .little,
  piece: Int = .max, keepsTails: Bool = false
) -> (rows: [Socket], tails: [ProcNetTail], malformed: MalformedLines) {
  var table = ProcNetTable(kind, byteOrder: byteOrder, keepsTails: keepsTails)
  var sockets: [Socket] = []
  var tails: [ProcNetTail] = []
  var rest: [UInt8] = []
  var start = 0
  repeat {
    let end = piece < bytes.count - start ? start + piece : bytes.count
    rest += bytes[start..<end]
    start = end
    let used = table.parse(rest.span, isLast: end == bytes.count, into: &sockets, tails: &tails)
    rest.removeFirst(used)
  } while start < bytes.count
  #expect(rest.isEmpty)
  return (sockets, tails, table.malformed)
}

@Suite struct ProcNetTableTests {
  /// One line a row, for goldens.
  private func text(_ sockets: [Socket]) -> [UInt8] {
    let lines = sockets.map { socket in
      let timer = socket.timer
      return "\(socket.kind.name) \(socket.local) \(socket.remote)"
        + " state \(socket.state.rawValue) rx \(socket.receiveQueue) tx \(socket.sendQueue)"
        + " uid \(socket.rawUID) inode \(socket.inode)"
        + " timer \(timer.kind.rawValue) \(timer.expires) ms \(timer.retransmits)\n"
    }
    return Array(lines.joined().utf8)
  }

  @Test(arguments: ["tcp", "tcp6", "udp", "udp6"])
  func capturedTable(name: String) throws {
    let bytes = try fixture("proc/net/" + name)
    let (sockets, _, malformed) = rows(bytes, name.hasPrefix("tcp") ? .tcp : .udp)
    #expect(malformed.count == 0)
    #expect(sockets.count == bytes.count { $0 == 10 } - 1)
    try expectGolden("proc-net-\(name).txt", text(sockets))
  }

  @Test func everyStateButClosedIsInTheCapturedTables() throws {
    for name in ["tcp", "tcp6"] {
      let states = Set(rows(try fixture("proc/net/" + name)).rows.map(\.state.rawValue))
      #expect(states == Set(1...11).subtracting([7]))
    }
  }

  @Test func bothByteOrdersGiveTheSameAddresses() throws {
    for name in ["tcp", "tcp6"] {
      let little = rows(try fixture("proc/net/" + name)).rows
      let big = rows(try fixture("net/big-endian-" + name), byteOrder: .big).rows
      #expect(little == big)
    }
  }

  // A kernel's piece ends anywhere.
  @Test(arguments: [1, 2, 7, 149, 150, 151, 4096])
  func piecesDoNotMatter(size: Int) throws {
    for name in ["proc/net/tcp", "proc/net/tcp6", "net/malformed", "net/no-last-newline"] {
      let bytes = try fixture(name)
      let whole = rows(bytes)
      let pieces = rows(bytes, piece: size)
      #expect(pieces.rows == whole.rows)
      #expect(pieces.malformed == whole.malformed)
    }
  }

  @Test(arguments: [
    ("empty", 0), ("header-only", 0), ("no-header", 3), ("no-last-newline", 3), ("tabs", 3),
    ("odd-header", 3), ("old-tcp", 3), ("unknown-states", 5), ("large-inodes", 3),
    ("wide-numbers", 3), ("negative-uid", 2),
  ])
  func oddFormats(name: String, count: Int) throws {
    let (sockets, _, malformed) = rows(try fixture("net/" + name))
    #expect(sockets.count == count)
    #expect(malformed.count == 0)
  }

  @Test func sameRowsWhateverTheDress() throws {
    let plain = Array(rows(try fixture("proc/net/tcp")).rows.prefix(3))
    for name in ["no-header", "no-last-newline", "tabs", "odd-header", "old-tcp"] {
      #expect(rows(try fixture("net/" + name)).rows == plain, "\(name)")
    }
  }

  @Test func unknownStatesStayNumbers() throws {
    #expect(
      rows(try fixture("net/unknown-states")).rows.map(\.state.rawValue) == [0, 7, 12, 13, 255])
  }

  @Test func inodesHave64Bits() throws {
    #expect(
      rows(try fixture("net/large-inodes")).rows.map(\.inode) == [
        2_183_152_397, 98_790_705_604, .max,
      ])
  }

  @Test func negativeUserIsTheLargeNumber() throws {
    #expect(
      rows(try fixture("net/negative-uid")).rows.map(\.rawUID) == [4_294_967_294, 4_294_967_294])
  }

  @Test func badLinesCostThemselvesAlone() throws {
    let (sockets, _, malformed) = rows(try fixture("net/malformed"))
    #expect(sockets.count == 2)
    #expect(malformed.count == 8)
    #expect(
      malformed.first == [
        MalformedLine(line: 3, column: .sl, text: Array("broken".utf8)),
        MalformedLine(line: 4, column: .localAddress, text: Array("ZZZZZZZZ:0050".utf8)),
        MalformedLine(line: 5, column: .remoteAddress, text: Array("0100007F0277".utf8)),
      ])
  }

  @Test(arguments: [
    ("x", MalformedLine.Column.sl, "x"),
    ("0: 0100007F", .localAddress, "0100007F"),
    ("0: 0100007F:0001 0200007F:0002 1FF", .state, "1FF"),
    ("0: 0100007F:0001 0200007F:0002 0A 0:", .queues, "0:"),
    ("0: 0100007F:0001 0200007F:0002 0A 0:0 1FF:0", .timer, "1FF:0"),
    ("0: 0100007F:0001 0200007F:0002 0A 0:0 00:0 -", .retransmits, "-"),
    ("0: 0100007F:0001 0200007F:0002 0A 0:0 00:0 0 wheel", .uid, "wheel"),
    ("0: 0100007F:0001 0200007F:0002 0A 0:0 00:0 0 0 x", .timeout, "x"),
    ("0: 0100007F:0001 0200007F:0002 0A 0:0 00:0 0 0 0", .inode, ""),
    (
      "0: 0100007F:0001 0200007F:0002 0A 0:0 00:0 0 0 0 18446744073709551616", .inode,
      "18446744073709551616"
    ),
  ])
  func namesTheColumn(line: String, column: MalformedLine.Column, text: String) {
    let (sockets, _, malformed) = rows(Array(("sl\n" + line + "\n").utf8))
    #expect(sockets.isEmpty)
    #expect(malformed.first == [MalformedLine(line: 2, column: column, text: Array(text.utf8))])
  }

  // Two files joined in one capture; and a first line that is no header but no row either.
  @Test func headersInTheMiddleAreNoError() throws {
    #expect(rows(try fixture("net/repeated")).malformed.count == 0)
    #expect(rows(Array("12 broken\n".utf8)).malformed.count == 1)
  }

  @Test func aBadFileIsCountedInBoundedRoom() {
    let line = Array(String(repeating: "y", count: 1000).utf8) + [10]
    let (_, _, malformed) = rows(Array(repeatElement(line, count: 500).joined()))
    #expect(malformed.count == 499)
    #expect(malformed.first.count == MalformedLines.kept)
    #expect(malformed.first.allSatisfy { $0.text.count == MalformedLine.textLimit })
  }

  @Test func dropsAreAbsentInOldTables() throws {
    let new = rows(try fixture("proc/net/udp"), .udp, keepsTails: true)
    let old = rows(try fixture("net/old-udp"), .udp, keepsTails: true)
    #expect(old.rows == new.rows)
    #expect(new.tails.allSatisfy { $0.drops != nil } && new.tails.contains { $0.drops ?? 0 > 0 })
    #expect(old.tails.allSatisfy { $0.drops == nil })
  }

  @Test(arguments: [
    "proc/net/tcp6", "proc/net/udp", "net/malformed", "net/tabs", "net/large-inodes",
  ])
  func survivesAnything(name: String) throws {
    let bytes = Array(try fixture(name).prefix(600))
    fuzz(bytes) { bytes in
      for kind in SocketKind.allCases {
        let result = rows(bytes, kind, keepsTails: true)
        #expect(result.rows.count == result.tails.count)
      }
    }
  }
}
