import Arguments
import LinuxSystem
import SocketFilter
import SocketModel

/// Why sockets may be missing from what was found.
struct Incompleteness {
  let reason: String
  /// How many sockets there may be.
  let counts: ClosedRange<Int>
  /// Whether a row that was read may be one of them, or has a line that could not be read.
  let isOfRows: Bool

  /// Nil where none can be missing. `arguments` are those of the command that a hint suggests.
  init?(
    _ listing: Listing, _ filter: Filter, _ query: Query, _ reading: Reading,
    _ arguments: [String]
  ) {
    let snapshot = listing.snapshot
    let isBlind = !filter.needs.isDisjoint(with: snapshot.unknown)
    if !isBlind && listing.undecided == 0 { return nil }
    isOfRows = isBlind || listing.hidden + snapshot.unread > 0
    let count = listing.rows.count
    // What is found may be wrong as well where a field is unknown that was asked for.
    counts =
      isBlind ? 0...Int.max : count...(listing.undecided.map { count + $0 } ?? Int.max)
    reason =
      if isBlind {
        "/proc does not tell what '\(filter)' asks for"
      } else if listing.hidden > 0 {
        Self.reason(listing, filter, reading, arguments)
      } else if snapshot.unread > 0 {
        snapshot.unread == 1
          ? "a line could not be read" : "\(snapshot.unread) lines could not be read"
      } else {
        Self.reason(snapshot.boundGap)
      }
  }

  /// Why rows were left out.
  private static func reason(
    _ listing: Listing, _ filter: Filter, _ reading: Reading, _ arguments: [String]
  ) -> String {
    if listing.unplaced == listing.hidden {
      return
        (listing.hidden == 1
        ? "1 socket was made in a cgroup that is"
        : "\(listing.hidden) sockets were made in cgroups that are")
        + " gone or in no tree that can be seen here"
    }
    if filter.needs.isDisjoint(with: .owners) {
      return "/proc does not tell whether "
        + (listing.hidden == 1 ? "a listener takes" : "\(listing.hidden) listeners take")
        + " IPv4 as well (v6only); netlink does"
    }
    if reading.asksOwners {
      if let unread = listing.snapshot.names.unreadProcesses, listing.unnamed == listing.hidden {
        return HiddenOwners.sentence(unread, arguments: arguments)
      }
      return HiddenOwners.sentence(
        listing.hidden, inPart: listing.hiddenInPart, cause: listing.snapshot.hiddenCause,
        arguments: arguments)
    }
    return reading.replay != nil
      ? "a recording tells nothing of owners" : "owners were not looked up (--no-process)"
  }

  /// Why sockets that are bound and no more may be missing, and what shows them.
  private static func reason(_ gap: BoundGap?) -> String {
    switch gap {
    case .kernel:
      "this kernel does not report sockets that are only bound"
        + (Accounts.effectiveUID == 0 ? "" : "; try it with sudo")
    case .proc, nil: "/proc does not show sockets that are only bound; netlink does"
    }
  }

  var stop: ExitError { ExitError(.cannotTell, "can't tell: \(reason)") }
}
