internal import SocketModel

/// What happened to a row, and is marked for a few refreshes.
public enum Mark: UInt8, Sendable {
  case none, opened, changed, closed

  /// Never colour alone.
  var sign: Character {
    switch self {
    case .none: " "
    case .opened: "+"
    case .changed: "~"
    case .closed: "-"
    }
  }

  var style: Style {
    switch self {
    case .none: .plain
    case .opened: .green
    case .changed: .orange
    case .closed: .red
    }
  }

  /// Of what else is in the row: only the state changed.
  var rowStyle: Style { self == .changed ? .plain : style }
}

/// What is known of a row beyond the one snapshot that it is in.
struct LiveRow: Sendable {
  /// The row's own number as long as it lives, never used again.
  let id: UInt64
  /// On the caller's clock.
  let firstSeen: Duration
  var stateSince: Duration
  /// The state before the last change; nil where none was seen.
  var formerState: TCPState?
  var counts: ByteCounts?
  /// The counts that the next rates are taken from; nil where there were none.
  var measured: ByteCounts?
  var rates: ByteRates?
  var mark = Mark.none
  /// Refreshes that the mark, or the closed row, still stays.
  var refreshesLeft: UInt8 = 0
  /// Whether it happened in this refresh.
  var isFresh = false
  /// Whether the counts are the kernel's last word.
  var isFinal = false
  /// Whether they are exact as well: see `FinalCounts`.
  var isExact = false
  /// Whether the kernel's notice of its end may still come: of a row that has closed, or was first
  /// seen in TIME_WAIT.
  var isAwaited = false
  /// Whether it came and went between two refreshes.
  var isShortLived = false
  /// Whether it matched the filter.
  var isShown = false
  /// Whether it was there when the view began: it is older than it seems.
  var isFromStart = false

  static let markedRefreshes: UInt8 = 3

  mutating func setMark(_ mark: Mark) {
    self.mark = mark
    refreshesLeft = Self.markedRefreshes
    isFresh = true
  }

  /// One refresh later. What happened and waited for the kernel's notice is told now.
  mutating func age() {
    isFresh = isAwaited
    isAwaited = false
    if refreshesLeft > 0 { refreshesLeft -= 1 }
    if refreshesLeft == 0 && mark != .closed { mark = .none }
  }

  /// Takes the counts of another refresh, or the last ones, which stay. TIME_WAIT counts nothing:
  /// nothing moves.
  mutating func take(_ newer: ByteCounts?, last: FinalCounts? = nil, _ step: RateStep) {
    if let last {
      (counts, isFinal, isExact) = (last.counts, true, last.isExact)
    } else if let newer, !isFinal {
      counts = newer
    }
    switch step {
    case .keep: return
    case .restart: break
    case .measure(let seconds):
      rates = counts.flatMap { counts in
        measured.map { ByteRates(from: $0, to: counts, within: seconds) }
      }
    }
    measured = counts
  }
}
