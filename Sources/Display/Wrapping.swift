/// A text that is already escaped, cut into lines of at most so many columns: at a space, which is left
/// out then, or after a `mark`; in the middle of a word only where it is longer than a line.
public func wrapped(_ text: String, to width: Int, after mark: Character? = nil) -> [String] {
  let width = max(2, width)
  if displayWidth(text) <= width { return [text] }
  var lines: [String] = []
  var line = ""
  var used = 0
  for piece in pieces(text, mark) {
    var rest = piece.text
    var columns = displayWidth(rest)
    let space = piece.followsSpace && !line.isEmpty ? 1 : 0
    if used + space + columns <= width {
      line += space == 1 ? " " + rest : rest
      used += space + columns
      continue
    }
    if !line.isEmpty { lines.append(line) }
    while columns > width {
      let head = prefix(of: rest, within: width)
      lines.append(head)
      rest.removeFirst(head.count)
      columns = displayWidth(rest)
    }
    line = rest
    used = columns
  }
  return line.isEmpty ? lines : lines + [line]
}

/// What need not be cut: words, and their parts that end in the mark.
private func pieces(_ text: String, _ mark: Character?) -> [(text: String, followsSpace: Bool)] {
  var pieces: [(text: String, followsSpace: Bool)] = []
  for (index, word) in text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
    var piece = ""
    var followsSpace = index > 0
    for character in word {
      piece.append(character)
      if character == mark {
        pieces.append((piece, followsSpace))
        piece = ""
        followsSpace = false
      }
    }
    if !piece.isEmpty || word.isEmpty { pieces.append((piece, followsSpace)) }
  }
  return pieces
}

/// The first characters, at least one.
private func prefix(of text: String, within width: Int) -> String {
  var head = ""
  var used = 0
  for character in text {
    used += displayWidth(String(character))
    if !head.isEmpty && used > width { break }
    head.append(character)
  }
  return head
}
