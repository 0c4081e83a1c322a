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

/// A command line in another tool's form.
public struct ToolLine: Sendable {
  public let tool: Tool
  /// The tool's own words, as typed.
  public private(set) var words: [String]
  /// `--redact`, which is a word of ours: only beside `--format`.
  public private(set) var isRedacted = false

  /// By the program's name, or by `--format ss` in a list. Nil for a line of ours.
  public init?(_ arguments: [String]) {
    var words = Array(arguments.dropFirst())
    if let tool = arguments.first.flatMap(Tool.init(path:)) {
      (self.tool, self.words) = (tool, words)
      return
    }
    if words.first == Verb.list.rawValue { words.removeFirst() }
    if words.first.flatMap(Verb.init(rawValue:)) != nil { return nil }
    var options = words.prefix { $0 != "--" }
    let rest = words[options.endIndex...]
    for (index, word) in options.enumerated() {
      guard let tool = word.tool(before: words[(index + 1)...]) else { continue }
      options.removeSubrange(index..<index + (word == "--format" ? 2 : 1))
      self.tool = tool
      isRedacted = options.contains("--redact")
      self.words = options.filter { $0 != "--redact" } + rest
      return
    }
    return nil
  }
}

extension String {
  /// Of `--format=NAME`, or of `--format` before NAME, the tool.
  fileprivate func tool(before words: ArraySlice<String>) -> Tool? {
    let start = "--format="
    let name =
      self == "--format" ? words.first : hasPrefix(start) ? String(dropFirst(start.count)) : nil
    return name.flatMap(Tool.init(rawValue:))
  }
}
