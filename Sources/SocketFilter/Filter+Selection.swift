public import SocketModel

/// The rows that a filter picked.
public struct Selection: Hashable, Sendable {
  /// Positions of the rows that match, ascending.
  public var rows: [UInt32] = []
  /// Positions of the rows that a hidden owner leaves open, ascending.
  public var undecided: [UInt32] = []

  public init() {}
}

extension Filter {
  /// Judges every row that the question admits.
  public func select(from snapshot: Snapshot, for question: Question) -> Selection {
    let program = program?.prepared(for: snapshot)
    var selection = Selection()
    for index in 0..<snapshot.count where question.admits(snapshot[index].socket) {
      switch program?.answer(snapshot[index]) ?? .yes {
      case .yes: selection.rows.append(UInt32(truncatingIfNeeded: index))
      case .cantTell: selection.undecided.append(UInt32(truncatingIfNeeded: index))
      case .no: break
      }
    }
    return selection
  }
}
