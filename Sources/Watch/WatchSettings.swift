public import Display
public import SocketFilter
public import SocketModel

/// What the command line says about the live view.
public struct WatchSettings: Sendable {
  /// What the options ask for, before any filter.
  public var query: Query
  /// The protocols that the options name; nil where the filter decides.
  public var protocols: SocketKindSet?
  public var interval = Duration.seconds(1)
  public var numbers = NumberStyle.wellKnown
  public var showsProcesses = true
  /// Whether owners may be asked for at all.
  public var asksOwners = true
  /// Whether what is shown is there to be ended: sockets of the kernel that runs.
  public var mayEnd = true
  /// Whether all is shown by stand-ins.
  public var isRedacted = false
  public var sort = SortKey.address
  public var isReversed = false
  /// The user's clock, in seconds east of UTC.
  public var secondsFromUTC = 0

  public init(_ query: Query, protocols: SocketKindSet? = nil) {
    self.query = query
    self.protocols = protocols
  }
}

/// Reads a filter as it was typed. It must answer at once: no host is looked up.
public typealias FilterReader = @Sendable (String) throws(FilterError) -> Filter

/// What the one who runs the view must do after a key, besides drawing.
public enum Action: Hashable, Sendable {
  case none
  case quit
  /// The next snapshot now, also where the view is paused.
  case refresh
  /// The next snapshot since the query became another one; a pause waits for its end.
  case ask
  /// The next frame whole, whatever the screen shows.
  case redraw
  /// Snapshots come in another rhythm from now on: see `WatchState.interval`.
  case changeInterval
  /// What was agreed to is to be ended: see `WatchState.takeAgreed`.
  case end
}
