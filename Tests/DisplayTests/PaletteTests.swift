import Glibc
import Testing

@testable import Display

struct PaletteTests {
  /// Yellow and cyan could hardly be read on white. The contrast is that of WCAG 2.2 (1.4.3).
  @Test(arguments: Colour.allCases)
  func holdsOnLightAndDark(colour: Colour) {
    let luminance = Self.luminance(colour.rawValue)
    #expect(1.05 / (luminance + 0.05) > 3.8)
    #expect((luminance + 0.05) / 0.05 > 3.8)
    let sequence = [UInt8](capacity: 16) { colour.write(to: &$0) }
    #expect(sequence == Array("\u{1b}[38;5;\(colour.rawValue)m".utf8))
  }

  /// Of one of xterm's 256 colours beyond the basic ones: a cube of 6 by 6 by 6, and 24 greys.
  private static func luminance(_ number: UInt8) -> Double {
    let steps = [0, 95, 135, 175, 215, 255]
    let index = Int(number) - 16
    let parts =
      number < 232
      ? [steps[index / 36], steps[index / 6 % 6], steps[index % 6]]
      : [Int](repeating: 8 + 10 * (Int(number) - 232), count: 3)
    let linear = parts.map { part in
      let value = Double(part) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }
}
