/// A command, and where it is carried out.
public struct Invocation: Hashable, Sendable {
  public let command: Command
  /// The one network namespace to be in, before anything is read; nil for our own.
  public let namespace: String?

  /// Reads a command line: the words after the program's name.
  public init(_ arguments: [String]) throws(ArgumentError) {
    let line = try ArgumentList(arguments)
    let options = try RawOptions(line)
    command = try Command(options, line)
    switch command {
    case .list, .watch, .trace, .stats, .record, .metrics, .check, .close, .kill, .serve,
      .connect, .probe, .wait, .why:
      namespace = options.namespaces.count == 1 ? options.namespaces[0] : nil
    case .diff, .demo, .completions, .words, .man, .usage, .help, .version: namespace = nil
    }
  }
}
