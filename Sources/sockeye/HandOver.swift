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

  /// Set in what is handed over to. Found again it says that the next program of the name was one of ours
  /// after all, a copy of this file or a script that calls it: handing over again would have no end.
  private static let mark = "SOCKEYE_HANDED_OVER"

  /// Returns only where there is no such program, and has said so then. `word` is what is not answered.
  func run(for word: String) -> Int32 {
    if isRedacted {
      return fail(
        "\(word) is not answered by sockeye, and the other \(tool.rawValue) has no --redact")
    }
    var reason = "no other \(tool.rawValue) is installed"
    if Environment[Self.mark] == tool.rawValue {
      reason = "the other \(tool.rawValue) in PATH is sockeye as well"
    } else {
      for path in others {
        guard Executable.dropRaisedRights() else {
          reason = "\(path) would get the rights of this file"
          break
        }
        Environment.set(Self.mark, to: tool.rawValue)
        let error = Executable.replaceProcess(by: path, [tool.rawValue] + arguments)
        reason = "\(path) can't be run: \(error)"
      }
    }
    return fail("\(word) is not answered by sockeye, and \(reason); install \(tool.package)")
  }

  /// Says a sentence under the tool's name.
  func fail(_ sentence: String) -> Int32 {
    Output.sayLine("\(tool.rawValue): \(sentence)")
    return tool.failure
  }

  /// The programs of its name in PATH that are other files than this one, whatever links there are, in
  /// order.
  private var others: [String] {
    guard let own = try? FileStatus(of: "/proc/self/exe") else { return [] }
    let search = Environment["PATH"] ?? "/bin:/usr/bin"
    return search.split(separator: ":").map { "\($0)/\(tool.rawValue)" }.filter { path in
      guard let file = try? FileStatus(of: path), file.kind == .regular else { return false }
      return (file.device, file.inode) != (own.device, own.inode) && Executable.isExecutable(path)
    }
  }
}
