/// A label and beside it a text, which goes on below where it is too long; below the label where
/// the screen is narrow.
struct LabelledText {
  let label: Line
  let labelWidth: Int

  func lines(_ text: Line, width: Int) -> [Line] {
    var first = Line("  ")
    first.append(label)
    if width < labelWidth * 2 + 2 {
      return [first]
        + text.wrapped(to: width - 4).map { piece in
          var line = Line("    ")
          line.append(piece)
          return line
        }
    }
    first.pad(to: labelWidth + 2)
    var lines: [Line] = []
    for (index, piece) in text.wrapped(to: width - labelWidth - 2).enumerated() {
      var line = index == 0 ? first : Line()
      line.pad(to: labelWidth + 2)
      line.append(piece)
      lines.append(line)
    }
    return lines
  }
}
