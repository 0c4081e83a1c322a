import Testing

@testable import Arguments

/// A command line as one types it, split at spaces.
func split(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

func parse(_ line: String) throws(ArgumentError) -> Command {
  try Command(split(line))
}

func list(_ line: String) throws -> ListOptions {
  guard case .list(let options) = try parse(line) else {
    throw NotThatVerb(line: line)
  }
  return options
}

func watch(_ line: String) throws -> WatchOptions {
  guard case .watch(let options) = try parse(line) else {
    throw NotThatVerb(line: line)
  }
  return options
}

struct NotThatVerb: Error {
  let line: String
}

/// The message that a command line is refused with; nil where it is taken.
func refusal(_ line: String) -> String? {
  do throws(ArgumentError) {
    _ = try parse(line)
    return nil
  } catch {
    return error.description
  }
}
