import Testing

@testable import Display

/// Numbers are written eight digits at a time and constant texts 32 bytes at a time, beyond their end
/// where there is room.
@Suite struct DecimalTests {
  /// Around each power of ten, and those whose digits carry in every place.
  static let numbers: [UInt64] =
    (0..<20).flatMap { digits -> [UInt64] in
      let power = (0..<digits).reduce(1 as UInt64) { power, _ in power &* 10 }
      return [power - 1, power, power + 1, power / 3, power / 7 &* 6]
    } + (0..<64).flatMap { [1 << UInt64($0), (1 << UInt64($0)) &- 1] } + [.max, .max - 1]

  @Test func writesNumbers() {
    var wrong: [UInt64] = []
    for number in Self.numbers {
      var bytes: [UInt8] = []
      bytes.append(decimal: number)
      if bytes != Array("\(number)".utf8) { wrong.append(number) }
    }
    #expect(wrong == [])
  }

  /// Every number of up to four digits, alone and as the lower half of a longer one.
  @Test func writesAllDigits() {
    let wrong = (0...9_999).filter { number in
      let bytes = [UInt8](capacity: 64) {
        $0.append(decimal: UInt64(number))
        $0.append(decimal: 7_0000 + UInt64(number))
        $0.append(decimal: 12_0000_0000_0000 + UInt64(number) * 1_0000)
      }
      let high = String("\(1_0000 + number)".dropFirst())
      return bytes != Array("\(number)7\(high)12\("0000")\(high)0000".utf8)
    }
    #expect(wrong == [])
  }

  /// A row of a table reserves no more than it needs.
  @Test func needsNoRoomBeyondTheDigits() {
    for number in Self.numbers {
      let text = Array("\(number)".utf8)
      #expect([UInt8](capacity: text.count) { $0.append(decimal: number) } == text)
    }
  }

  @Test func writesConstantTexts() {
    let texts = [0, 1, 8, 31, 32, 33, 63, 64, 65, 200].map { length in
      String(decoding: (0..<length).map { 0x21 + UInt8($0 % 90) }, as: UTF8.self)
    }
    var constants = ConstantTexts()
    let places = texts.map { constants.add($0) }
    let bytes = [UInt8](capacity: constants.capacity) { out in
      for place in places { constants.write(place, to: &out) }
    }
    #expect(String(decoding: bytes, as: UTF8.self) == texts.joined())
  }
}
