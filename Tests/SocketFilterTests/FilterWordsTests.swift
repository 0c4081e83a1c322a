import SocketFilter
import Testing

@Suite struct FilterWordsTests {
  @Test func everyWordIsATerm() throws {
    for word in Filter.stateWords + Filter.keywords {
      #expect(try filter(word).bareWords == [], "\(word)")
    }
    for word in Filter.stateWords { _ = try filter("state=" + word) }
  }

  @Test func everyFieldIsOne() {
    for name in Filter.fieldNames {
      let error = #expect(throws: FilterError.self, "\(name)") { try filter(name) }
      guard case .loneField(name, let example) = error?.reason else {
        Issue.record("\(name)")
        continue
      }
      #expect(example.hasPrefix(name))
    }
  }
}
