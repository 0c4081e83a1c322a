/// A field of what `sockeye trace` tells: what happened to a connection.
public enum EventField: CaseIterable, Sendable {
  case event, duration, closedBy, reason, error, ownerFrom
}

extension Field.Definition {
  init(_ field: EventField) {
    self =
      switch field {
      case .event: Self.event
      case .duration: Self.duration
      case .closedBy: Self.closedBy
      case .reason: Self.reason
      case .error: Self.error
      case .ownerFrom: Self.ownerFrom
      }
  }

  private static var event: Self {
    Self(
      "event", .word, section: .event, example: "=failed",
      words: ["opened", "accepted", "closed", "failed"],
      help: "In trace: opened, accepted, closed or failed; a connection that failed never was one."
    ) { row, _ in Value(row.event?.name) }
  }

  private static var duration: Self {
    Self(
      "duration", .number, unit: .microseconds, section: .event, title: "Duration(us)",
      help: "In trace: microseconds from a connection's first packet to its end."
    ) { row, _ in
      guard let event = row.event else { return .absent }
      return event.duration.map { .number($0) } ?? .unknown
    }
  }

  private static var closedBy: Self {
    Self(
      "closed_by", .word, section: .event, title: "Closed By", example: "=peer",
      words: ConnectionEnding.Side.allCases.map(\.word),
      help: "In trace: here, peer, or aborted where the kernel gave it up or somebody destroyed it."
    ) { row, _ in row.ofEnding { $0.closedBy?.word } }
  }

  private static var reason: Self {
    Self(
      "reason", .word, section: .event, example: "=refused",
      words: ConnectionEnding.Reason.allCases.map(\.word),
      help:
        "In trace, why it ended: closed, reset, refused, timed_out, unreachable, destroyed, cancelled, no_port or error."
    ) { row, _ in row.ofEnding { $0.reason?.word } }
  }

  private static var error: Self {
    Self(
      "error", .word, section: .event, example: "=ECONNREFUSED",
      words: ConnectionEnding.errorNames,
      help: "In trace: the error that the program got or would have got, by its name."
    ) { row, _ in
      guard let error = row.event?.ending?.error, error > 0 else { return .absent }
      return Value(row.event?.ending?.errorName).orNumber(UInt64(error))
    }
  }

  private static var ownerFrom: Self {
    Self(
      "owner_from", .word, section: .event, title: "Owner From", example: "=close",
      words: ConnectionEvent.OwnerSource.allCases.map(\.word),
      help:
        "In trace, how the owner is known: it did connect, accept or close, has the listener, or was seen."
    ) { row, _ in Value(row.event?.owner?.source.word) }
  }
}

extension Row {
  /// Nil for a row that is no event.
  public var event: ConnectionEvent? {
    index < snapshot.events.count ? snapshot.events[index] : nil
  }

  /// Unknown where the event is an end and nobody knows.
  fileprivate func ofEnding(_ word: (ConnectionEnding) -> ShortText?) -> Value {
    guard let ending = event?.ending else { return .absent }
    return word(ending).map { .word($0) } ?? .unknown
  }
}

extension Value {
  fileprivate func orNumber(_ number: UInt64) -> Value {
    if case .absent = self { .number(number) } else { self }
  }
}

extension RawRepresentable<String> {
  /// A word of ours, short enough to be one.
  fileprivate var word: ShortText { ShortText(Array(rawValue.utf8).span) ?? "-" }
}
