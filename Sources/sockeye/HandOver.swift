import Arguments
import LinuxSystem

/// The tool itself, for what is not answered here: this process becomes the next program of its name.
struct HandOver {
  private let tool: Tool
  /// As typed, without the program's name.
  private let arguments: [String]
  private let isRedacted: Bool

  init(_ line: ToolLine) {
    tool = line.tool
    arguments = line.words
    isRedacted = line.isRedacted
  }

  /// Set in what is handed over to: the files that were, this one among them. The next program of the name
  /// may be one of ours after all, a copy of this file or a script that calls it: it goes on with the rest,
  /// so that there is an end.
  private static let mark = "SOCKEYE_HANDED_OVER"

  /// Returns only where there is no such program, and has said so then. `word` is what is not answered.
  func run(for word: String) -> Int32 {
    if isRedacted {
      return fail(
        "\(word) is not answered by sockeye, and the other \(tool.rawValue) has no --redact")
    }
    let before = Environment[Self.mark]
    var tried = Set((before ?? "").split(separator: " ").map(String.init))
    let others = others(andNow: &tried)
    var reason =
      others.isEmpty && before == nil
      ? "no other \(tool.rawValue) is installed"
      : "the other \(tool.rawValue) in PATH is sockeye as well"
    for (path, file) in others where tried.insert(file).inserted {
      guard Executable.dropRaisedRights() else {
        reason = "\(path) would get the rights of this file"
        break
      }
      Environment.set(Self.mark, to: tried.sorted().joined(separator: " "))
      let error = Executable.replaceProcess(by: path, [tool.rawValue] + arguments)
      reason = "\(path) can't be run: \(error)"
    }
    return fail("\(word) is not answered by sockeye, and \(reason); install \(tool.package)")
  }

  /// Says a sentence under the tool's name.
  func fail(_ sentence: String) -> Int32 {
    Output.sayLine("\(tool.rawValue): \(sentence)")
    return tool.failure
  }

  /// The programs of its name in PATH that are other files than this one, whatever links there are, in
  /// order. This one is tried with the question.
  private func others(andNow tried: inout Set<String>) -> [(path: String, file: String)] {
    guard let own = (try? FileStatus(of: "/proc/self/exe")).map(name) else { return [] }
    tried.insert(own)
    let search = Environment["PATH"] ?? "/bin:/usr/bin"
    // An empty one is the working directory.
    return search.split(separator: ":", omittingEmptySubsequences: false).compactMap { folder in
      let path = "\(folder.isEmpty ? "." : folder)/\(tool.rawValue)"
      guard let file = try? FileStatus(of: path), file.kind == .regular,
        name(file) != own, Executable.isExecutable(path)
      else { return nil }
      return (path, name(file))
    }
  }

  /// A file under this tool's name: a program may be several tools.
  private func name(_ file: FileStatus) -> String {
    "\(tool.rawValue):\(file.device):\(file.inode)"
  }
}
