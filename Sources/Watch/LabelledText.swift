/// A label and beside it a text, which goes on below where it is too long; below the label where
/// the screen is narrow.
struct LabelledText {
  let label: StyledLine
  let labelWidth: Int

  func lines(_ text: StyledLine, width: Int) -> [StyledLine] {
    var first = StyledLine("  ")
    first.append(label)
    if width < labelWidth * 2 + 2 {
      return [first]
        + text.wrapped(to: width - 4).map { piece in
          var line = StyledLine("    ")
          line.append(piece)
          return line
        }
    }
    first.pad(to: labelWidth + 2)
    var lines: [StyledLine] = []
    for (index, piece) in text.wrapped(to: width - labelWidth - 2).enumerated() {
      var line = index == 0 ? first : StyledLine()
      line.pad(to: labelWidth + 2)
      line.append(piece)
      lines.append(line)
    }
    return lines
  }
}
