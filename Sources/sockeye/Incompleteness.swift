import Arguments
import SocketFilter
import SocketModel

/// Why sockets may be missing from what was found.
struct Incompleteness {
  let reason: String
  /// The most sockets that there can be; nil where that is not known.
  let most: Int?

  /// Nil where none can be missing. `arguments` are those of the command that a hint suggests.
  init?(
    _ listing: Listing, _ filter: Filter, _ query: Query, _ reading: Reading,
    _ arguments: [String]
  ) {
    let snapshot = listing.snapshot
    let isBlind =
      !filter.needs.isDisjoint(with: snapshot.unknown)
      || query.isOfBoundAlone && snapshot.lacksBound
    if !isBlind && listing.undecided == 0 { return nil }
    most = isBlind ? nil : listing.rows.count + listing.undecided
    reason =
      if isBlind {
        "/proc does not tell what '\(filter)' asks for"
      } else if listing.hidden == 0 {
        snapshot.unread == 1
          ? "a line could not be read" : "\(snapshot.unread) lines could not be read"
      } else if reading.asksOwners {
        if let unread = snapshot.names.unreadProcesses, listing.unnamed == listing.hidden {
          HiddenOwners.sentence(unread, arguments: arguments)
        } else {
          HiddenOwners.sentence(
            listing.hidden, inPart: listing.hiddenInPart, cause: snapshot.hiddenCause,
            arguments: arguments)
        }
      } else if reading.replay != nil {
        "a recording tells nothing of owners"
      } else {
        "owners were not looked up (--no-process)"
      }
  }

  var stop: ExitError { ExitError(.cannotTell, "can't tell: \(reason)") }
}
