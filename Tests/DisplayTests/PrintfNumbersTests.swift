import Glibc
import Testing

@testable import Display

@Suite("Numbers as printf writes them")
struct PrintfNumbersTests {
  @Test(
    arguments: [
      (0, "0"), (0.028, "0.028"), (0.5, "0.5"), (200, "200"), (204.5, "204.5"),
      (1.234567, "1.23457"),
      (123456.7, "123457"), (1_234_567, "1.23457e+06"), (999_999.6, "1e+06"), (0.0001, "0.0001"),
      (0.00001, "1e-05"), (2.88672, "2.88672"), (65535, "65535"),
    ] as [(Double, String)])
  func general(value: Double, expected: String) {
    #expect(text { $0.append(general: value) } == expected)
  }

  @Test("as the C library, for many")
  func agreement() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let value = Double(UInt32.random(in: 1...(.max), using: &generator)) / 1000
      for digits in [3, 6] {
        var buffer = [CChar](repeating: 0, count: 64)
        _ = unsafe withVaList([Int32(digits), value]) {
          unsafe vsnprintf(&buffer, buffer.count, "%.*g", $0)
        }
        let expected = String(
          decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        #expect(text { $0.append(general: value, digits: digits) } == expected, "\(value)")
      }
    }
  }

  @Test func fixed() {
    #expect(text { $0.append(fixed: 12.345, decimals: 1) } == "12.3")
    #expect(text { $0.append(fixed: 0.06, decimals: 2) } == "0.06")
    #expect(text { $0.append(fixed: 93622857143.4, decimals: 0) } == "93622857143")
    #expect(text { $0.append(fixed: 1e30, decimals: 0) } == "\(UInt64.max)")
  }

  private func text(_ append: (inout [UInt8]) -> Void) -> String {
    var out: [UInt8] = []
    append(&out)
    return String(decoding: out, as: UTF8.self)
  }
}
