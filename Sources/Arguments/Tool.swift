/// A tool that this command is called as, through a link, a copy or `--format`: it prints what that one
/// prints.
public enum Tool: String, CaseIterable, Sendable {
  case ss, netstat, lsof

  /// The tool of a path (`argv[0]`); nil for every other name.
  public init?(path: String) {
    self.init(rawValue: path.split(separator: "/").last.map(String.init) ?? "")
  }

  /// What a failure of its own ends with. To lsof 1 is that nothing was found.
  public var failure: Int32 {
    switch self {
    case .ss, .netstat: 255
    case .lsof: 2
    }
  }

  /// The package that has it.
  public var package: String {
    switch self {
    case .ss: "iproute2"
    case .netstat: "net-tools"
    case .lsof: "lsof"
    }
  }
}
