internal import Display
internal import SocketModel

extension WatchState {
  /// Asks about the selected row, or says why that is no use.
  mutating func ask(_ deed: EndingQuestion.Deed) {
    let participle = deed == .close ? "closed" : "killed"
    guard settings.mayEnd else {
      message = "not \(participle): another /proc is shown"
      return
    }
    guard mode == .table || mode == .detail, cursor.selected != nil,
      positions.indices.contains(cursor.index)
    else {
      message = "not \(participle): no connection is selected"
      return
    }
    let position = Int(positions[cursor.index])
    if table.rows[position].mark == .closed {
      message = "not \(participle): it has closed"
      return
    }
    let asked = EndingQuestion(deed, table.snapshot[position])
    if let refusal = asked.refusal {
      message = "not \(participle): " + refusal.words
    } else {
      question = asked
    }
  }

  /// Takes the answer: y is yes, any other key is no.
  mutating func answer(_ key: Key) -> Action {
    let asked = question
    question = nil
    guard key == .character("y") || key == .character("Y") else {
      message = asked?.deed == .kill ? "nothing was killed" : "nothing was closed"
      return .none
    }
    agreed = asked
    return .end
  }

  /// What is to be ended, once.
  public mutating func takeAgreed() -> EndingQuestion? { agreed.take() }

  /// What came of it, for the last line.
  public mutating func noteEnding(_ sentence: String) { message = sentence }

  func questionLine(_ question: EndingQuestion, width: Int) -> StyledLine {
    let keys = "  y/n"
    var line = StyledLine(" " + escaped(question.text), .bold)
    line.cut(to: max(0, width - keys.count))
    line.append(keys, .bold)
    return line
  }
}
