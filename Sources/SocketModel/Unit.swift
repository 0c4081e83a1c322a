/// What a number counts, where it may be written in a larger unit.
public enum Unit: Hashable, Sendable {
  case none
  case microseconds, milliseconds
  case bytes
  /// Bytes a second.
  case byteRate

  /// After a number and in a column's title; nil for bytes and for counts.
  public var suffix: StaticString? {
    switch self {
    case .none, .bytes: nil
    case .microseconds: "us"
    case .milliseconds: "ms"
    case .byteRate: "B/s"
    }
  }
}
