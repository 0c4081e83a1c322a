import SocketModel
import TestSupport
import Testing

@testable import Display

@Suite struct FittingTests {
  private func table(_ layout: Layout, _ listing: Listing = Samples.detailed) -> [UInt8] {
    written { Table(layout: layout).rendering(listing).write(to: $0) }
  }

  /// One v4-mapped connection made every row of a list take two lines, and then another layout in
  /// the middle of the table.
  @Test func aLongAddressHasALineOfItsOwn() throws {
    let wide = table(.table)
    let width = lines(wide).map { $0.count }.max() ?? 0
    #expect(table(.fitting(width: width)) == wide)
    let bytes = table(.fitting(width: 100))
    try expectGolden("display-table-100", bytes)
    let fitted = lines(bytes)
    #expect(fitted.allSatisfy { displayWidth($0) <= 100 })
    #expect(fitted[0].hasPrefix("Proto  Local Address"))
    #expect(fitted.contains { $0.hasPrefix("tcp    127.0.0.1:5432 ") })
    #expect(fitted.contains("tcp    [2001:db8:1111:2222:3333:4444:5555:6666]:https"))
    #expect(!fitted.contains { $0.hasPrefix("TIME_WAIT") })
  }

  /// From too narrow for most rows to wide enough for all, nothing is cut or left out.
  @Test(arguments: 1...200)
  func everyRowIsThereAtEveryWidth(width: Int) {
    let cells = Cells(Samples.detailed, .standard())
    let shown = lines(table(.fitting(width: width)))
    let rows = shown.count { $0.contains("tcp ") || $0.contains("udp ") }
    #expect(rows == Samples.detailed.rows.count)
    guard let fitting = Fitting(cells, header: true, in: width) else { return }
    #expect(TableLine.width(of: fitting.widths) <= width)
    #expect(shown.allSatisfy { displayWidth($0) <= max(width, 48) })
    // What the table says at any width is what it says where there is room, but for the breaks.
    func words(_ lines: [String]) -> [Character] {
      lines.joined().filter { $0 != " " }.sorted()
    }
    #expect(words(shown) == words(lines(table(.table))))
  }

  private static let owners: Listing = {
    var sample = Sample()
    let remote = Samples.v4(192, 168, 100, 200, 58122)
    for port: UInt16 in 4000..<4004 {
      let isLong = port == 4002
      sample.add(
        Socket(
          .tcp, local: Samples.v4(10, 0, 0, 5, port), remote: remote, state: .established,
          receiveQueue: 3_900_000, inode: UInt64(port)),
        owners: isLong ? [24329, 24330, 24331] : [812])
    }
    sample.name(24329, "systemd-resolve")
    sample.name(812, "sshd")
    return sample.listing
  }()

  /// It made its row another layout in the middle of the table.
  @Test func aLongOwnerWrapsInItsColumn() {
    let shown = lines(table(.fitting(width: 80), Self.owners)).dropLast()
    let start = shown[0].count - "PID/Process".count
    let indent = String(repeating: " ", count: start)
    #expect(shown[0].hasSuffix("Queue      State        PID/Process"))
    #expect(shown.count == 7)
    #expect(shown[3].hasPrefix("tcp ") && shown[3].hasSuffix("  24329/"))
    #expect(shown[4...5] == [indent + "systemd-res", indent + "olve (+2)"])
    #expect(
      shown.dropFirst().filter { $0.hasPrefix("tcp ") }.allSatisfy { $0.contains(" 3900000/0 ") })
    #expect(shown[2].hasSuffix("  812/sshd") && shown[6].hasSuffix("  812/sshd"))
    #expect(shown.allSatisfy { displayWidth($0) <= 80 })
  }

  @Test func wrapsInColour() {
    let palette = Table(layout: .fitting(width: 80), palette: .ansi)
    let coloured = written { palette.rendering(Self.owners).write(to: $0) }
    let plain = table(.fitting(width: 80), Self.owners)
    let text = String(decoding: coloured, as: UTF8.self)
    #expect(
      text.replacing(#/\u{1b}\[[0-9;]+m/#, with: "") == String(decoding: plain, as: UTF8.self))
  }
}

@Suite struct WrappingTests {
  @Test(arguments: [
    ("", [""]), ("812/sshd (+4)", ["812/sshd", "(+4)"]), ("27527/python3", ["27527/", "python3"]),
    ("a b c", ["a b c"]), ("0123456789ab", ["0123456789", "ab"]),
    ("日本語日本語", ["日本語日本", "語"]), ("a/b/c/d/e/f", ["a/b/c/d/e/", "f"]),
    ("one  two three", ["one  two", "three"]),
  ])
  func cutsAtSpacesAndMarks(text: String, lines: [String]) {
    #expect(wrapped(text, to: 10, after: "/") == lines)
  }

  @Test(arguments: 0...12)
  func losesNothingButSpaces(width: Int) {
    let text = "24329/systemd-resolve (+2, queued) e\u{301}日本語"
    let lines = wrapped(text, to: width, after: "/")
    #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
    #expect(lines.allSatisfy { displayWidth($0) <= max(2, width) && !$0.isEmpty })
  }
}
