/// `sockeye trace [FILTER…] [-- COMMAND…]`
public struct TraceOptions: Hashable, Sendable {
  public var request = ListRequest()
  public var presentation = Presentation()
  /// Whether a connection's beginning is told as well.
  public var tellsOpenings = false
  /// How many lines; nil for any number.
  public var count: Int?
  /// Until when; nil is until somebody ends it.
  public var time: Duration?
  /// Totals, this often, instead of connections.
  public var interval: Duration?
  /// How many bytes of events the kernel keeps while nobody reads.
  public var buffer = 4 << 20
  /// What is run and followed; empty for nothing.
  public var command: [String] = []
  /// Whom it is run as.
  public var user: String?
}
