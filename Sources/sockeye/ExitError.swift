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

extension ExitError {
  /// An option that would use rights of the program's file for what its user names.
  static func refused(_ option: String) -> ExitError {
    ExitError(
      .wrongCommandLine,
      "\(option) is refused: this sockeye's file gives it rights that you do not have; use a copy without "
        + "them")
  }
}
