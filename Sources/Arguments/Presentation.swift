public import Display
public import SocketModel

/// What is shown of a socket and in which form.
public struct Presentation: Hashable, Sendable {
  /// `--columns`, as typed: a list, or `+a,-b` to add to and take from the default.
  public var columns: String?
  /// `--sort`, as typed: keys, each with `-` in front for descending.
  public var sort: String?
  /// `-o -e -i -m`: columns and JSON fields beyond the default ones.
  public var sections: Sections = []
  public var numbers = NumberStyle.wellKnown
  /// `-r`: host names for the rows shown.
  public var resolvesHosts = false
  /// How long all host names together may take.
  public var resolveTimeout: Duration = .seconds(2)
  public var hasHeader = true
  /// Stacked rows with all owners, whatever the width.
  public var isLong = false
  public var color = ColorChoice.auto
  public var format = Format.table
  /// `--host-record`
  public var hasHostRecord = false
  /// `--redact`
  public var isRedacted = false

  public init() {}
}

public enum ColorChoice: String, CaseIterable, Sendable {
  case auto, always, never
}
