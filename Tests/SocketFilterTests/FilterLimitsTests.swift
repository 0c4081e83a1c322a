import SocketFilter
import Testing

@Suite struct FilterLimitsTests {
  private func reason(_ words: [String]) -> FilterError.Reason? {
    do throws(FilterError) {
      _ = try Filter(parsing: words, names: SampleNames())
      return nil
    } catch {
      return error.reason
    }
  }

  @Test func depthIsBounded() throws {
    let nested = { (depth: Int) in
      String(repeating: "(", count: depth) + "22" + String(repeating: ")", count: depth)
    }
    #expect(reason([nested(64)]) == nil)
    #expect(reason([nested(65)]) == .tooDeep)
    #expect(reason([String(repeating: "(", count: 10_000)]) == .tooDeep)
    #expect(reason([String(repeating: "not (", count: 10_000)]) == .tooDeep)
    #expect(reason([String(repeating: ")", count: 10_000)]) == .unopenedParenthesis)
    let nots = String(repeating: "!", count: 10_001)
    #expect(try filter(nots + "22") == filter("not 22"))
    let states = String(repeating: "(state established 22 ", count: 2_000)
    #expect(reason([states]) == .tooDeep)
  }

  @Test func lengthIsBounded() {
    #expect(reason([String(repeating: "a", count: 65_535)]) == nil)
    #expect(reason([String(repeating: "a", count: 65_536)]) == .tooLong)
    #expect(reason(Array(repeating: "22", count: 30_000)) == .tooLong)
    #expect(reason([(0..<10_000).map(String.init).joined(separator: ",")]) == nil)
    #expect(reason(["lport=" + (0..<10_000).map(String.init).joined(separator: ",")]) == nil)
  }
}
