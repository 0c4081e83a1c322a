import Testing

@testable import KernelFormats

@Suite struct FieldScannerTests {
  @Test(arguments: [
    ("0", 0), ("18446744073709551615", UInt64.max), ("18446744073709551616", nil),
    ("99999999999999999999999", nil), ("", nil), ("x", nil), ("12x", 12), ("-1", nil), ("+1", nil),
  ])
  func decimal(text: String, expected: UInt64?) {
    let bytes = Array(text.utf8)
    var scanner = FieldScanner(position: 0)
    #expect(scanner.decimal(bytes.span) == expected)
  }

  @Test(arguments: [
    ("0", 4, 0), ("fFfF", 4, UInt64(0xffff)), ("10000", 4, nil), ("FFFFFFFFFFFFFFFF", 16, .max),
    ("", 4, nil), ("g", 4, nil), ("@", 4, nil), ("`", 4, nil), ("/", 4, nil), (":", 4, nil),
  ])
  func hexadecimal(text: String, limit: Int, expected: UInt64?) {
    let bytes = Array(text.utf8)
    var scanner = FieldScanner(position: 0)
    #expect(scanner.hexadecimal(bytes.span, limit: limit) == expected)
  }

  @Test func blanksEndAtTheLine() {
    let bytes = Array(" \t\r\n x".utf8)
    var scanner = FieldScanner(position: 0)
    scanner.skipBlanks(bytes.span)
    #expect(scanner.position == 3 && scanner.isAtLineEnd(bytes.span))
    scanner.skipLine(bytes.span)
    scanner.skipBlanks(bytes.span)
    #expect(scanner.position == 5 && !scanner.isAtFieldEnd(bytes.span))
    scanner.skipLine(bytes.span)
    scanner.skipLine(bytes.span)
    #expect(scanner.position == 6 && scanner.isAtLineEnd(bytes.span))
  }
}
