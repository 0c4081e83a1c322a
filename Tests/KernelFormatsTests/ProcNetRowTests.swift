import SocketModel
import Testing

@testable import KernelFormats

/// The row of one line.
private func row(_ line: String, byteOrder: ByteOrder = .little, ticks: UInt64 = 100) -> Socket? {
  let bytes = Array(line.utf8)
  var scanner = FieldScanner(position: 0)
  var tail = ProcNetTail()
  let format = ProcNetRow(kind: .tcp, byteOrder: byteOrder, ticksPerSecond: ticks)
  return try? format.parse(bytes.span, &scanner, &tail)
}

private func row(local: String, byteOrder: ByteOrder = .little) -> Socket? {
  row("0: \(local) \(local) 01 0:0 00:0 0 0 0 7", byteOrder: byteOrder)
}

@Suite struct ProcNetRowTests {
  @Test(arguments: [
    ("0100007F:0277", "127.0.0.1:631"),
    ("000080FE00000000FFADE15609667CFE:0050", "[fe80::56e1:adff:fe7c:6609]:80"),
    ("0000000000000000FFFF00000100007F:1F90", "[::ffff:127.0.0.1]:8080"),
    ("10EFCDABFFFFFFFFFFFFFFFF62FFFFFF:0001", "[abcd:ef10:ffff:ffff:ffff:ffff:ffff:ff62]:1"),
    ("00000000:0000", "0.0.0.0:0"),
    ("0100007f:ffff", "127.0.0.1:65535"),
  ])
  func address(text: String, expected: String) {
    #expect(row(local: text)?.local.description == expected)
  }

  @Test(arguments: [
    ("7F000001:A13F", "127.0.0.1:41279"),
    ("FE8000000000000056E1ADFFFE7C6609:0050", "[fe80::56e1:adff:fe7c:6609]:80"),
  ])
  func bigEndianAddress(text: String, expected: String) {
    #expect(row(local: text, byteOrder: .big)?.local.description == expected)
  }

  @Test(arguments: [
    "11111:0035", "0100007F:BLAH", "00855210011307F025401:0035", "1234:1234", "0100007F0277",
    "ZZZZZZZZ:0050", "0000000000000000:0277", "01007F:0277", ":", "0100007F", "12:0035",
    "0100007F:10000", "0100007F:", "0100007F:0277x",
  ])
  func noAddress(text: String) { #expect(row(local: text) == nil) }

  // Send comes first in the file (E24).
  @Test func queues() {
    let socket = row("0: 0100007F:0001 0100007F:0002 01 00000150:FFFFFFFF 00:0 0 0 0 7")
    #expect(socket?.sendQueue == 0x150)
    #expect(socket?.receiveQueue == .max)
  }

  @Test(arguments: [
    ("00:00000000 00000000 0 0", SocketTimer.off),
    ("01:00000019 00000003 0 9", SocketTimer(kind: .retransmit, expires: 250, retransmits: 3)),
    ("02:0009867D 00000003 0 9", SocketTimer(kind: .keepalive, expires: 6_242_530, retransmits: 9)),
    ("04:00000001 00000003 0 9", SocketTimer(kind: .persist, expires: 10, retransmits: 9)),
    ("03:000016DC 00000000 0 0", SocketTimer(kind: .timeWait, expires: 58_520, retransmits: 0)),
    ("01:00000000 00000300 0 0", SocketTimer(kind: .retransmit, expires: 0, retransmits: 255)),
    // Overdue on old kernels: negative on 64 and on 32 bits.
    ("01:FFFFFFFFFFFFFFFE 0 0 0", SocketTimer(kind: .retransmit, expires: 0, retransmits: 0)),
    ("01:FFFFFFFE 0 0 0", SocketTimer(kind: .retransmit, expires: 0, retransmits: 0)),
  ])
  func timer(columns: String, expected: SocketTimer) {
    #expect(row("0: 0100007F:0001 0100007F:0002 01 0:0 \(columns) 7")?.timer == expected)
  }

  @Test func ticksAreTheMachines() {
    let line = "0: 0100007F:0001 0100007F:0002 01 0:0 01:00000400 0 0 0 7"
    #expect(row(line, ticks: 1024)?.timer.expires == 1000)
    #expect(row(line, ticks: 0)?.timer.expires == 1_024_000)
  }

  // The kernel pads a decimal uid with spaces. A leading zero or a letter is another writer's
  // hexadecimal (E27).
  @Test(arguments: [
    ("0", 0), ("1000", 1000), ("4294967295", 4_294_967_295), ("-2", 4_294_967_294),
    ("0000", 0), ("03E8", 1000), ("3e8", 1000), ("0010", 16),
  ])
  func user(text: String, expected: UInt32) {
    #expect(row("0: 0100007F:0001 0100007F:0002 01 0:0 00:0 0 \(text) 0 7")?.rawUID == expected)
  }

  @Test(arguments: ["-", "-x", "4294967296", "-2147483649", "000000001", "12-", "root"])
  func noUser(text: String) {
    #expect(row("0: 0100007F:0001 0100007F:0002 01 0:0 00:0 0 \(text) 0 7") == nil)
  }

  @Test func endsMustBeOfOneFamily() {
    #expect(
      row("0: 0100007F:0001 \(String(repeating: "0", count: 32)):0002 01 0:0 00:0 0 0 0 7") == nil)
  }
}
