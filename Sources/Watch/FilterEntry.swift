internal import SocketFilter

/// The filter that is in force, and the line in which it is typed.
struct FilterEntry: Sendable {
  /// The last one that could be read.
  private(set) var filter: Filter
  private(set) var text: String
  /// Why the text can't be read; the filter is the last good one then.
  private(set) var error: String?
  /// What was in force before typing began; nil while nobody types.
  private var former: (filter: Filter, text: String)?

  private static let longest = 1000

  init(_ filter: Filter, text: String) {
    self.filter = filter
    self.text = text
  }

  var isTyping: Bool { former != nil }

  mutating func begin() { former = (filter, text) }

  /// Keeps what is in force. A text that can't be read is not done with.
  mutating func accept() {
    if error == nil { former = nil }
  }

  /// Back to what was before.
  mutating func cancel() {
    if let former { (filter, text) = former }
    former = nil
    error = nil
  }

  mutating func set(_ text: String, _ reader: FilterReader) {
    self.text = text
    read(reader)
  }

  mutating func append(_ scalar: Unicode.Scalar, _ reader: FilterReader) {
    if text.utf8.count >= Self.longest { return }
    text.unicodeScalars.append(scalar)
    read(reader)
  }

  mutating func removeLast(_ reader: FilterReader) {
    if !text.isEmpty { text.removeLast() }
    read(reader)
  }

  mutating func removeWord(_ reader: FilterReader) {
    while text.last == " " { text.removeLast() }
    while let last = text.last, last != " " { text.removeLast() }
    read(reader)
  }

  private mutating func read(_ reader: FilterReader) {
    do throws(FilterError) {
      filter = try reader(text)
      error = nil
    } catch {
      self.error = "\(error.reason)"
    }
  }
}
