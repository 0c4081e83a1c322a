internal import Glibc

/// What becomes of a process that gets no more memory. Swift's runtime says how much it asked for, and aborts: a
/// sentence and an exit code tell that from a crash.
public enum MemoryExhaustion {
  /// What the handler reads. It is one for the process, as signal handlers are; memory that never moves.
  private nonisolated(unsafe) static var words: UnsafeMutableBufferPointer<UInt8>?
  private nonisolated(unsafe) static var code: Int32 = 0

  /// From now on; `sentence` goes to standard error with the end of a line.
  public static func end(with code: Int32, saying sentence: String) {
    let bytes = Array((sentence + "\n").utf8)
    let words = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
    _ = unsafe words.initialize(from: bytes)
    unsafe Self.words = words
    unsafe Self.code = code
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = { MemoryExhaustion.end(at: $0) }
    // The runtime needs memory to say that there is none, and may crash in that.
    for signal in [SIGABRT, SIGSEGV] { _ = unsafe sigaction(signal, &action, nil) }
  }

  /// The handler: only what signal-safety(7) allows, and mmap(2). Whatever else ends by such a signal does.
  private static func end(at number: Int32) {
    guard isExhausted else {
      signal(number, SIG_DFL)
      raise(number)
      return
    }
    if let words = unsafe words { _ = unsafe write(2, words.baseAddress, words.count) }
    unsafe _exit(code)
  }

  /// Whether a mapping as large as Swift's largest buffers fails. RLIMIT_DATA counts only writable ones.
  private static var isExhausted: Bool {
    let size = 1 << 28
    let place = unsafe mmap(
      nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    if unsafe place == MAP_FAILED { return true }
    unsafe munmap(place, size)
    return false
  }
}
