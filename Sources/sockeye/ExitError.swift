import Arguments

/// Ends the command with a sentence on stderr, or without a word.
struct ExitError: Error {
  let code: ExitCode
  /// What follows `sockeye: `.
  let message: String?

  init(_ code: ExitCode, _ message: String? = nil) {
    self.code = code
    self.message = message
  }
}
