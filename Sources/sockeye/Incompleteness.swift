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
    let isBlind = listing.isBlind
    if !listing.isIncomplete { return nil }
    isOfRows = listing.hidden + snapshot.unread > 0 || snapshot.gap != nil
    let count = listing.rows.count
    counts = count...(listing.undecided.map { count + $0 } ?? Int.max)
    reason =
      if case .recording(let holds) = snapshot.gap {
        "the recording holds \(holds)"
      } else if isBlind {
        "\(reading.replay == nil && reading.from == nil ? "/proc does" : "the recording does") not tell what '\(filter)' asks for"
      } else if listing.hidden > 0 {
        Self.reason(listing, filter, reading, arguments)
      } else if snapshot.unread > 0 {
        snapshot.unread == 1
          ? "a line could not be read" : "\(snapshot.unread) lines could not be read"
      } else if let gap = snapshot.gap {
        Self.reason(gap)
      } else {
        Self.reason(snapshot.boundGap)
      }
  }

  /// Why rows were left out.
  private static func reason(
    _ listing: Listing, _ filter: Filter, _ reading: Reading, _ arguments: [String]
  ) -> String {
    if let unread = listing.snapshot.names.unreadNames, filter.needs.isDisjoint(with: .owners) {
      return unread.sentence
    }
    if listing.unplaced == listing.hidden {
      return
        (listing.hidden == 1
        ? "1 socket was made in a cgroup that is"
        : "\(listing.hidden) sockets were made in cgroups that are")
        + " gone or in no tree that can be seen here"
    }
    if filter.needs.isDisjoint(with: .owners) || listing.hidden == listing.hiddenByV6Only {
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

  /// Why nobody knows how many rows are missing.
  private static func reason(_ gap: ReadGap) -> String {
    switch gap {
    case .changing: "the socket table kept changing while it was read; try again"
    case .missingTable(let path): "\(path) is missing"
    case .recording(let holds): "the recording holds \(holds)"
    case .unlisted(let kinds, let inProc):
      inProc
        ? "/proc has no table of \(kinds.words) sockets; netlink does"
        : "this kernel does not tell of \(kinds.words) sockets"
    case .namespaces(let closed, let hidden):
      [
        closed > 0
          ? plural(closed, "network namespace", "network namespaces") + " can't be entered" : nil,
        hidden > 0 ? "those of " + plural(hidden, "process", "processes") + " can't be seen" : nil,
      ].compactMap { $0 }.joined(separator: ", and ")
        + (Accounts.effectiveUID == 0 ? "" : "; try it with sudo")
    }
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
