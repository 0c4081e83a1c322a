internal import Display
public import SocketModel

/// What the view asks before something is ended: it is about the row as it was when the key was pressed,
/// whatever the next refresh brings.
public struct EndingQuestion: Sendable {
  public enum Deed: Sendable { case close, kill }

  public let deed: Deed
  /// The one row, with its owners.
  public let listing: Listing

  init(_ deed: Deed, _ row: Row) {
    self.deed = deed
    var builder = SnapshotBuilder(time: row.snapshot.time, host: row.snapshot.host)
    builder.namespaces = row.snapshot.namespaces
    builder.append(row)
    listing = Listing(builder.frozen(), rows: [0])
  }

  private var socket: Socket { listing[0].socket }

  /// `127.0.0.1:8080 to 127.0.0.1:41000`
  public var place: String {
    socket.isConnected ? "\(socket.local) to \(socket.remote)" : "\(socket.local)"
  }

  /// `812/nginx`; `its owner` where that is not known.
  public var owner: String {
    guard let pid = listing[0].firstPID else { return "its owner" }
    return "\(pid)" + (listing[0].ownerName.map { "/" + escaped($0) } ?? "")
  }

  var text: String {
    switch deed {
    case .close: "close \(place) of \(owner)?"
    case .kill: "end \(owner), which has \(place)?"
    }
  }

  /// Why it is not even asked: what the row alone tells.
  var refusal: EndingRefusal? {
    let facts = EndingFacts(ownPID: 0)
    switch deed {
    case .close:
      return CloseChoice(listing, facts, takesListeners: false).refusals.first?.reason
    case .kill:
      let choice = KillChoice(listing, facts)
      return choice.unowned.first?.reason ?? (choice.targets.isEmpty ? .isInit : nil)
    }
  }
}

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
