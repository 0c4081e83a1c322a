import SocketModel

/// The name that the command was called by: as `ss` or `netstat`, through a link, it reads its
/// options as that tool does where the two clash.
public enum Tool: String, Sendable {
  case sockeye, ss, netstat

  /// The tool of a path (`argv[0]`); sockeye for every other name.
  public init(path: String) {
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    self = Tool(rawValue: name) ?? .sockeye
  }

  /// What is listed where neither `-a` nor `-l` says it. ss leaves out what does not carry data now,
  /// netstat what listens.
  var defaultStates: StateSet {
    switch self {
    case .sockeye: .all
    case .ss:
      .all.subtracting(
        StateSet(.listening, .closed, .bound, .timeWait, .synReceived, .newSynReceived))
    case .netstat: .all.subtracting(StateSet(.listening, .closed, .bound))
    }
  }
}
