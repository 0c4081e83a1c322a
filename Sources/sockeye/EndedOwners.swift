import LinuxSystem
import SocketModel
import SocketSources

/// Who had the connections that ended lately, by the kernel's own events, where we have the rights: the live
/// view looks now and then, and in no look is what came and went between two.
final class EndedOwners: Sendable {
  private enum State {
    /// The kernel has yet to take its programs.
    case starting
    case unavailable(TraceUnavailable)
    case attached(Source)
  }

  private let state = Locked<State>(.starting)
  /// No refresh waits for it.
  private let hasStarted = Locked(false)

  /// Attaches on a thread of its own: a key would wait for as long as the kernel looks at its programs.
  init() {
    try? Thread.detached { [self] in attach() }
  }

  private func attach() {
    state.withLock { state in
      do throws(TraceUnavailable) {
        state = .attached(Source(try Self.tracer()))
      } catch {
        state = .unavailable(error)
      }
    }
    hasStarted.withLock { $0 = true }
  }

  private static func tracer() throws(TraceUnavailable) -> sending ConnectionTracer {
    var choice = ConnectionEventChoice()
    choice.namespaces = ((try? TracedNamespaces(.own))?.inodes ?? []).map {
      UInt32(truncatingIfNeeded: $0)
    }
    return try ConnectionTracer(choice)
  }

  /// By the cookies of those that ended since the last time but one: a notice of an end may come later than
  /// its event.
  func take() -> [UInt64: FormerOwner] {
    guard hasStarted.withLock({ $0 }) else { return [:] }
    return state.withLock { state in
      switch state {
      case .starting, .unavailable: [:]
      case .attached(let source): source.take()
      }
    }
  }

  /// Whether it is known, for `-v`, and whether it was not known of all.
  var notices: [Notice] {
    guard hasStarted.withLock({ $0 }) else { return [] }
    let subject = "who had a connection that came and went between two refreshes"
    return state.withLock { state in
      switch state {
      case .starting: return []
      case .unavailable(let reason): return [.remark("\(subject) is not known: \(reason)")]
      case .attached(let source):
        let known = Notice.remark("\(subject) is known from BPF programs at inet_sock_set_state")
        if !source.hasLost { return [known] }
        let kept = "more connections ended between two refreshes than the kernel keeps for us"
        return [known, .warning("\(kept): some have no owner; a shorter --interval keeps up")]
      }
    }
  }

  private final class Source {
    private var tracer: ConnectionTracer
    private var last: [UInt64: FormerOwner] = [:]

    // A kernel that goes on writing meanwhile is left to the next time.
    private static let mostReads = 4

    init(_ tracer: consuming ConnectionTracer) { self.tracer = consume tracer }

    var hasLost: Bool { tracer.lost > 0 }

    /// Nobody polls the ring: the kernel wakes no one for an event.
    func take() -> [UInt64: FormerOwner] {
      var found: [UInt64: FormerOwner] = [:]
      for _ in 0..<Self.mostReads {
        var events: [ConnectionEvent] = []
        let isComplete = tracer.read(into: &events)
        for event in events where event.kind == .ended && event.socket.cookie != 0 {
          found[event.socket.cookie] = FormerOwner(event)
        }
        if isComplete { break }
      }
      defer { last = found }
      return last.isEmpty ? found : last.merging(found) { $1 }
    }
  }
}
