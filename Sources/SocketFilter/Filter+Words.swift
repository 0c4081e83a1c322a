import SocketModel

/// The words of the language, for completions and the manual.
extension Filter {
  /// States and groups of states, each spelling that does not differ by case or separators alone.
  public static let stateWords = StateWords.all

  /// Words that are a term on their own beside states and ports.
  public static let keywords =
    (Field.proto.words + Field.family.words).map { "\($0)" } + ["exposed", "loopback", "autobound"]

  /// What may stand before a comparison: the fields, their aliases, and ports and addresses at
  /// either end.
  public static let fieldNames = Subject.names
}
