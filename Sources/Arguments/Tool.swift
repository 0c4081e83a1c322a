/// A tool that this command is called as, through a link, a copy or `--format`: it prints what that one
/// prints.
public enum Tool: String, CaseIterable, Sendable {
  case ss, netstat, lsof

  /// The tool of a path (`argv[0]`); nil for every other name.
  public init?(path: String) {
    self.init(rawValue: path.split(separator: "/").last.map(String.init) ?? "")
  }

  /// The tool that a command line is for, and its own words: by the program's name, or by `--format ss` in a
  /// list. Nil for a line of ours.
  public static func called(as arguments: [String]) -> (tool: Tool, words: [String])? {
    var words = Array(arguments.dropFirst())
    if let tool = arguments.first.flatMap(Tool.init(path:)) { return (tool, words) }
    if words.first == Verb.list.rawValue { words.removeFirst() }
    if words.first.flatMap(Verb.init(rawValue:)) != nil { return nil }
    let options = words.prefix { $0 != "--" }
    for (index, word) in options.enumerated() {
      let typed = word == "--format" ? words[(index + 1)...].first : word.formatName
      guard let tool = typed.flatMap(Tool.init(rawValue:)) else { continue }
      words.removeSubrange(index..<index + (word == "--format" ? 2 : 1))
      return (tool, words)
    }
    return nil
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

extension String {
  /// Of `--format=NAME` the name.
  fileprivate var formatName: String? {
    let start = "--format="
    return hasPrefix(start) ? String(dropFirst(start.count)) : nil
  }
}
