import Testing

@testable import Display

@Suite struct RenderingTests {
  private static func line(_ row: Int) -> [UInt8] { Array("row \(row)\n".utf8) }

  private static let plain = Rendering(rows: 10) { row, out in out += line(row) }
  private static let bounded = Rendering(rows: 10, capacity: 8) { row, out in
    for byte in line(row) { out.append(byte) }
  }

  @Test(arguments: [plain, bounded])
  func rowsStandBetweenHeadAndEnd(rendering: Rendering) {
    var rendering = rendering
    rendering.head = Array("head\n".utf8)
    rendering.end = Array("end\n".utf8)
    let rows = (0..<10).flatMap(Self.line)
    #expect(written { rendering.write(to: $0) } == rendering.head + rows + rendering.end)
  }

  @Test(arguments: [plain, bounded])
  func aPieceIsTheRowsThatAreAskedFor(rendering: Rendering) {
    let piece = rendering.piece(3..<6)
    #expect(piece.bytes == (3..<6).flatMap(Self.line))
    #expect(piece.nextRow == 6)
    #expect(rendering.piece(6..<6).bytes.isEmpty)
  }

  /// A process's command line may be megabytes long, and thousands of rows may show it.
  @Test func aPieceEndsWhereItIsLongEnough() {
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: 700_000)
    let plain = Rendering(rows: 10) { $1 += long }
    let bounded = Rendering(rows: 10, capacity: long.count) { _, out in
      for byte in long { out.append(byte) }
    }
    for rendering in [plain, bounded] {
      let piece = rendering.piece(4..<10)
      #expect(piece.nextRow == 6)
      #expect(piece.bytes.count == 2 * long.count)
      #expect(written { rendering.write(to: $0) }.count == 10 * long.count)
    }
  }
}
