import SocketModel
import TestSupport
import Testing

@testable import KernelFormats

/// `/proc/net/unix`, and what a name with a newline makes of it.
@Suite struct ProcNetUnixTests {
  private static let header = "Num       RefCount Protocol Flags    Type St Inode Path\n"

  private func line(_ flags: String, _ type: Int, _ state: Int, _ rest: String) -> String {
    "0000000000000000: 00000002 00000000 \(flags) 000\(type) 0\(state) \(rest)\n"
  }

  private func parse(_ text: String, piece: Int = 7) -> ProcNetUnix {
    var parser = ProcNetUnix()
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: piece) {
      parser.append(Array(bytes[start..<min(start + piece, bytes.count)]).span)
    }
    parser.finish()
    return parser
  }

  @Test func readsRows() {
    let parser = parse(
      Self.header + line("00010000", 1, 1, "  812 /run/a b ") + line("00000000", 2, 3, "7 @x@y")
        + line("00000000", 5, 1, "    9"))
    #expect(parser.unread == 0)
    #expect(parser.rows.map(\.socket.inode) == [812, 7, 9])
    #expect(parser.rows.map(\.socket.kind) == [.unixStream, .unixDatagram, .unixSeqpacket])
    #expect(parser.rows.map(\.socket.state) == [.listening, .established, .closed])
    #expect(parser.rows.map(\.name?.text) == ["/run/a b ", "@x@y", nil])
    #expect(parser.rows.map(\.name?.isAbstract) == [false, true, nil])
    #expect(parser.rows.allSatisfy { $0.socket.uid == nil && $0.socket.cookie == 0 })
  }

  // A row whose name goes on in other lines has only the beginning of it.
  @Test func aNameWithNewlinesIsOneUnreadRow() {
    let parser = parse(
      Self.header + line("00010000", 1, 1, "1 /run/a\nb\n\nc") + line("00010000", 1, 1, "2 /run/d"))
    #expect(parser.rows.map(\.socket.inode) == [2] && parser.unread == 1)
    #expect(parse(Self.header + "nonsense\n").unread == 1)
  }

  @Test func neverTraps() {
    let text = Self.header + line("00010000", 1, 1, "1 /run/a\nb") + line("00010000", 1, 1, "2 @x")
    fuzz(Array(text.utf8)) { bytes in
      var parser = ProcNetUnix()
      parser.append(bytes.span)
      parser.finish()
    }
  }
}
