import CLinux
import Glibc
import LinuxSystem
import Testing

// Tests run on a pool of threads: each of these raises its signals in its own thread only, and
// uses signals whose default action does nothing.
struct SignalDescriptorTests {
  @Test func aRaisedSignalIsReadAndDoesNothingElse() throws {
    let signals = try SignalDescriptor([.windowChange, .user1])
    #expect(try signals.next() == nil)
    Signal.windowChange.raise()
    Signal.user1.raise()
    #expect(try PollSet.wait(at: signals.rawValue, timeout: .seconds(10)) == .readable)
    let both = [try signals.next(), try signals.next()]
    #expect(both.contains(.windowChange))
    #expect(both.contains(.user1))
    #expect(try signals.next() == nil)
  }

  @Test func theMaskIsGivenBack() throws {
    // A thread that another test's thread started may have inherited a block.
    let before = isBlocked(.user2)
    do {
      let signals = try SignalDescriptor([.user2])
      #expect(signals.rawValue >= 0)
      #expect(isBlocked(.user2))
    }
    #expect(isBlocked(.user2) == before)
  }

  /// A server that was told to end by a signal died of that same signal, once it had ended in good
  /// order and gave the mask back.
  @Test func whatWasNotReadEndsWithIt() throws {
    let outer = try SignalDescriptor([.windowChange])
    do {
      let signals = try SignalDescriptor([.windowChange])
      Signal.windowChange.raise()
      #expect(try PollSet.wait(at: signals.rawValue, timeout: .seconds(10)) == .readable)
    }
    #expect(try outer.next() == nil)
  }

  /// nohup(1) was of no use: what is blocked comes although it is ignored.
  @Test func whatIsIgnoredStaysIgnored() throws {
    let signal = Signal(rawValue: SIGURG)
    signal.ignore()
    let signals = try SignalDescriptor([signal, .windowChange])
    signal.raise()
    Signal.windowChange.raise()
    #expect(try signals.next() == .windowChange)
    #expect(try signals.next() == nil)
  }

  @Test func theDefaultActionLeavesTheSignalBlocked() throws {
    let signals = try SignalDescriptor([.windowChange])
    signals.takeDefaultAction(of: .windowChange)
    #expect(try signals.next() == nil)
    #expect(isBlocked(.windowChange))
  }
}

private func isBlocked(_ signal: Signal) -> Bool {
  var mask = sigset_t()
  _ = unsafe pthread_sigmask(SIG_BLOCK, nil, &mask)
  return unsafe sigismember(&mask, signal.rawValue) == 1
}
