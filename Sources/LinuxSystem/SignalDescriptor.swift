internal import CLinux
internal import Glibc

/// Signals as something to read (signalfd(2)). They are blocked in the calling thread as long as
/// this lives; threads that are to stay out of their way must be started after it. Its end gives
/// the mask back as it was, which a program that is started with exec(3) needs; a signal that came
/// before that and was not read ends with it, and does not end the process.
///
/// A signal that the process ignores is left out: whoever started it so, nohup(1) or a shell that
/// puts it into the background, wants that. A blocked signal would come all the same.
public struct SignalDescriptor: ~Copyable, Sendable {
  private let descriptor: FileDescriptor
  private let formerMask: sigset_t

  public init(_ signals: [Signal]) throws(Errno) {
    var mask = sigset_t()
    _ = unsafe sigemptyset(&mask)
    for signal in signals where !signal.isIgnored {
      _ = unsafe sigaddset(&mask, signal.rawValue)
    }
    let created = try retrying {
      unsafe signalfd(-1, &mask, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
    }
    let descriptor = FileDescriptor(owning: created)
    var former = sigset_t()
    _ = unsafe pthread_sigmask(SIG_BLOCK, &mask, &former)
    self.descriptor = descriptor
    formerMask = former
  }

  deinit {
    while (try? next()) != nil {}
    var mask = formerMask
    _ = unsafe pthread_sigmask(SIG_SETMASK, &mask, nil)
  }

  public var rawValue: Int32 { descriptor.rawValue }

  /// The next signal that came; nil when none is waiting.
  public func next() throws(Errno) -> Signal? {
    var message = signalfd_siginfo()
    do throws(Errno) {
      _ = try retrying {
        unsafe read(rawValue, &message, MemoryLayout<signalfd_siginfo>.size)
      }
    } catch .wouldBlock {
      return nil
    }
    return Signal(rawValue: Int32(truncatingIfNeeded: message.ssi_signo))
  }

  /// Lets a signal do to the process what it does by default: stop it (`.terminalStop`; this
  /// returns when it goes on) or end it. The terminal should have been given back before.
  public func takeDefaultAction(of signal: Signal) {
    var mask = sigset_t()
    _ = unsafe sigemptyset(&mask)
    _ = unsafe sigaddset(&mask, signal.rawValue)
    // Swift's runtime may have put its own handler there (SIGQUIT on a terminal).
    _ = Glibc.signal(signal.rawValue, SIG_DFL)
    signal.raise()
    // It is pending now: it acts between these two calls.
    var former = sigset_t()
    _ = unsafe pthread_sigmask(SIG_UNBLOCK, &mask, &former)
    _ = unsafe pthread_sigmask(SIG_SETMASK, &former, nil)
  }
}
