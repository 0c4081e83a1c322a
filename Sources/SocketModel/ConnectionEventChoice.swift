/// Which events are written.
public struct ConnectionEventChoice: Hashable, Sendable {
  /// The inodes of network namespaces; none for all.
  public var namespaces: [UInt32] = []
  /// Whether a connection's beginning is an event, too.
  public var tellsOpenings = false
  /// What one end of a connection must meet, its own end first; of this the ports alone are tested.
  public var ports = Pushdown.everything

  public init() {}
}
