import Arguments
import Display
import LinuxSystem
import SocketModel
import SocketSources

/// Ends processes that were seen to hold sockets. Each is held on to from the beginning: between the
/// question and its answer a pid may go to another process.
struct ProcessEnding: ~Copyable {
  typealias Result = SocketEnding.Result

  private final class Held {
    let process: OwnerProcess
    init(_ process: consuming OwnerProcess) { self.process = process }
  }

  private var held: [Swift.Result<Held, OwnerProcess.Failure>] = []

  init(_ targets: [OwnerTarget]) {
    for target in targets {
      do throws(OwnerProcess.Failure) {
        held.append(
          .success(
            Held(
              try OwnerProcess(
                pid: target.pid, startTime: target.startTime, inodes: target.inodes))))
      } catch {
        held.append(.failure(error))
      }
    }
  }

  /// Sends the signal to those that still hold their sockets, waits for the ends that it should bring, and
  /// says what came of each.
  mutating func run(_ signal: EndingSignal, timeout: Duration) throws(Errno) -> [Result] {
    for (index, entry) in held.enumerated() {
      guard case .success(let owner) = entry else { continue }
      do throws(OwnerProcess.Failure) {
        try owner.process.check()
        try owner.process.send(Signal(rawValue: signal.number))
      } catch {
        held[index] = .failure(error)
      }
    }
    let deadline = MonotonicInstant.now() + timeout
    var results: [Result] = []
    for entry in held {
      switch entry {
      case .failure(let failure): results.append(Self.result(failure))
      case .success where !signal.isEnd: results.append(Result(outcome: .signalled))
      case .success(let owner):
        let left = max(.zero, deadline - .now())
        let end = try PollSet.wait(at: owner.process.descriptor, timeout: left)
        results.append(
          end.isEmpty
            ? Result(
              outcome: .stillThere,
              reason: "it got the signal, and did not end within \(readable(timeout))")
            : Result(outcome: .ended))
      }
    }
    return results
  }

  static func result(_ failure: OwnerProcess.Failure) -> Result {
    switch failure {
    case .ended: Result(outcome: .alreadyGone)
    case .replaced:
      Result(outcome: .alreadyGone, reason: "its pid has gone to another process")
    case .letGo:
      Result(outcome: .alreadyGone, reason: "it no longer holds the socket, and got no signal")
    case .system(.notPermitted), .system(.accessDenied):
      Result(
        outcome: .notPermitted,
        reason: Accounts.effectiveUID == 0 ? "a security policy of this host" : "try it with sudo")
    case .system(.noSuchCall):
      Result(
        outcome: .notSupported, reason: "this kernel has no pidfd_open(2), which came with 5.3")
    case .system(let error): Result(outcome: .stillThere, reason: explained(error))
    }
  }
}
