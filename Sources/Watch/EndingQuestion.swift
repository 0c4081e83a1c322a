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
