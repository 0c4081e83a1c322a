import LinuxSystem
import SocketModel
import SocketSources
import Watch

/// The sockets of the next snapshot, which the kernel may take its time for.
enum WatchReading: Sendable {
  case next(LiveReader, Question, reusing: Snapshot)

  enum Outcome: Sendable {
    case read(LiveReader, LiveAnswer)
    case failed(SourceError)
  }

  consuming func outcome() -> Outcome {
    switch consume self {
    case .next(let former, let question, let spent):
      var reader = former
      do throws(SourceError) {
        let answer = try reader.read(question, reusing: consume spent)
        return .read(reader, answer)
      } catch {
        return .failed(error)
      }
    }
  }
}

/// What else the live view leaves to another thread, since it takes long on a large host.
enum WatchTask: Sendable {
  case refresh(LiveAnswer, RefreshWork, LiveKnowledge, since: MonotonicInstant)
  case arrange(WatchWork)

  enum Outcome: Sendable {
    case refreshed(WatchResult, LiveKnowledge, [Notice])
    case arranged(WatchResult)
    case failed(SourceError)
  }

  consuming func outcome() -> Outcome {
    switch consume self {
    case .arrange(let work): return .arranged(work.result())
    case .refresh(let answer, let work, let known, let begun):
      var knowledge = known
      do throws(SourceError) {
        let snapshot = try knowledge.snapshot(of: consume answer)
        let notices = snapshot.notices
        let result = work.result(of: consume snapshot, took: begun.elapsed)
        return .refreshed(result, knowledge, notices)
      } catch {
        return .failed(error)
      }
    }
  }
}
