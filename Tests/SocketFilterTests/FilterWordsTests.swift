import Testing

@testable import SocketFilter

@Suite struct FilterWordsTests {
  @Test func everyWordIsATerm() throws {
    for word in StateWords.all + Filter.keywords {
      #expect(try filter(word).bareWords == [], "\(word)")
    }
    for word in StateWords.all { _ = try filter("state=" + word) }
  }

  @Test func everyFieldIsOne() {
    for name in Subject.names {
      let error = #expect(throws: FilterError.self, "\(name)") { try filter(name) }
      guard case .loneField(name, let example) = error?.reason else {
        Issue.record("\(name)")
        continue
      }
      #expect(example.hasPrefix(name))
    }
  }
}
