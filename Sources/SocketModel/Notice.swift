/// Something that the reader of a table should know and that no row says.
public struct Notice: Hashable, Sendable {
  public enum Weight: Sendable {
    /// Said always, on stderr.
    case warning
    /// Said under `--verbose`.
    case remark
  }

  public let weight: Weight
  /// A sentence, or a few words after `sockeye: `, without a full stop. It may quote what others
  /// wrote: escape it where it is printed.
  public let text: String

  public static func warning(_ text: String) -> Notice { Notice(weight: .warning, text: text) }
  public static func remark(_ text: String) -> Notice { Notice(weight: .remark, text: text) }
}
