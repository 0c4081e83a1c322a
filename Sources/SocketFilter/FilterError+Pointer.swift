extension FilterError {
  /// The line that was typed, at most so many characters of it around the term, and a line with a
  /// caret under the term.
  func pointer(width: Int) -> String {
    var line: [Unicode.Scalar] = []
    var place = 0..<0
    for (number, word) in words.enumerated() {
      if number > 0 { line.append(" ") }
      let start = line.count
      // A word with nothing in it could not be seen without quotes, nor pointed at.
      let isBlank = Lexer.isBlank(word)
      line += (isBlank ? "'\(printable(word))'" : printable(word)).unicodeScalars
      if number != self.word { continue }
      place =
        isBlank
        ? start..<line.count
        : start + scalars(word, before: range.lowerBound)..<start
          + scalars(word, before: range.upperBound)
    }
    return cut(line, around: place, width: width)
  }

  private func scalars(_ word: String, before offset: Int) -> Int {
    word.utf8.prefix(offset).count { $0 & 0xc0 != 0x80 }
  }

  private func cut(_ line: [Unicode.Scalar], around place: Range<Int>, width: Int) -> String {
    let start =
      line.count <= width ? 0 : max(0, min(place.lowerBound - width / 2, line.count - width))
    let end = min(line.count, start + width)
    var shown = String(String.UnicodeScalarView(line[start..<end]))
    if start > 0 { shown = "…" + shown.unicodeScalars.dropFirst().map { String($0) }.joined() }
    if end < line.count {
      shown = shown.unicodeScalars.dropLast().map { String($0) }.joined() + "…"
    }
    let length = max(1, min(place.upperBound, end) - place.lowerBound)
    return "  \(shown)\n  " + String(repeating: " ", count: place.lowerBound - start) + "^"
      + String(repeating: "~", count: length - 1)
  }
}
