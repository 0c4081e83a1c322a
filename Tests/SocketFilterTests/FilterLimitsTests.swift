import SocketFilter
import SocketModel
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
  }

  @Test func termsAreCounted() {
    for separator in [",", " ", " or ", " not "] {
      let line = { (count: Int) in
        Array(repeating: "22", count: count).joined(separator: separator)
      }
      #expect(reason([line(4096)]) == nil)
      #expect(reason([line(4097)]) == .tooManyTerms)
    }
    #expect(
      reason([Array(repeating: "lport=1", count: 4097).joined(separator: " or ")]) == .tooManyTerms)
    #expect(
      reason([Array(repeating: "dport 1", count: 4097).joined(separator: " or ")]) == .tooManyTerms)
    #expect(
      FilterError.Reason.tooManyTerms.description
        == "the filter has more than 4096 terms: a field takes a list of any length, as in "
        + "port=22,80,443")
    #expect(reason(["lport=" + (0..<10_000).map(String.init).joined(separator: ",")]) == nil)
  }
  /// To join thousands of ports for the kernel, which has room for few, took seconds.
  @Test func manyConditionsAreLeftToTheFilter() throws {
    let ports = { (count: Int, word: String) in
      (1...count).map { "lport=\($0)" }.joined(separator: word)
    }
    var query = Query()
    try filter(ports(4096, " or ")).narrow(&query)
    #expect(query.pushdown == .everything)
    query = Query()
    try filter("not (" + ports(4096, " or ") + ")").narrow(&query)
    guard case .all(let parts) = query.pushdown else {
      Issue.record("\(query.pushdown)")
      return
    }
    #expect(parts.count <= 256)
  }

  @Test func theMessageAboutOneOfManyWordsHasItsPlace() {
    let words = Array(repeating: "é80 or", count: 10_000) + ["lport=x"]
    let error = #expect(throws: FilterError.self) {
      _ = try Filter(parsing: words, names: SampleNames())
    }
    #expect(error?.reason == .tooLong)
    let lines = error?.description.split(separator: "\n") ?? []
    #expect(lines.count == 3 && lines.allSatisfy { $0.count <= 80 })
  }
}
