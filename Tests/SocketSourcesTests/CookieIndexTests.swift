import SocketModel
import Testing

@testable import SocketSources

@Suite struct CookieIndexTests {
  private func socket(_ cookie: UInt64) -> Socket {
    Socket(
      .tcp, local: .unspecified(.ipv4), remote: .unspecified(.ipv4), state: .established,
      cookie: cookie)
  }

  /// Cookies counted up, spread out, and alike in their low or high bits.
  @Test(arguments: [1, 1000, 1 << 32, 1 << 63, 0x9e37_79b9_7f4a_7c15] as [UInt64])
  func knowsEachCookieOnce(step: UInt64) {
    var index = CookieIndex()
    var rows: [Socket] = []
    var expected: Set<UInt64> = []
    for number in 0..<5000 {
      let cookie = UInt64(number % 3000) &* step
      let isNew = index.insert(cookie, row: rows.count, of: rows)
      #expect(isNew == expected.insert(cookie).inserted)
      if rows.count < expected.count { rows.append(socket(cookie)) }
    }
    #expect(rows.count == expected.count)
  }

  @Test func forgetsAll() {
    var index = CookieIndex()
    let rows = [socket(7)]
    var answers = [index.insert(7, row: 0, of: []), index.insert(7, row: 1, of: rows)]
    index.removeAll()
    answers.append(index.insert(7, row: 0, of: []))
    #expect(answers == [true, false, true])
  }
}
