/// Which ports get their service's name.
public enum ServicePorts: Sendable {
  case none
  /// Ports below 1024.
  case wellKnown
  /// The ports of the rows.
  case all
  /// Every service there is, whatever rows come.
  case everyService
}
