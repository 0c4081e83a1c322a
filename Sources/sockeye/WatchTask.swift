import LinuxSystem
import SocketFilter
import SocketModel
import SocketSources
import Watch

/// The next snapshot, which the kernel may take its time for. The collector comes back with it.
struct WatchReading: Sendable {
  var collector: Collector
  let query: Query
  /// A word of it that no owner goes by may be the beginning of a name.
  let filter: Filter

  enum Outcome: Sendable {
    case read(Collector, Snapshot, Query)
    /// The collector comes back where the next refresh may succeed.
    case failed(Collector?, SourceError)
  }

  consuming func outcome() -> Outcome {
    do throws(SourceError) {
      var snapshot = try collector.collectNamed(query)
      // A process whose sockets are not shown is there all the same.
      if collector.isLive, !filter.takingBeginnings(in: snapshot).words.isEmpty {
        var names = snapshot.names
        names.runningProcesses = (try? collector.runningProcesses()) ?? [:]
        snapshot = snapshot.naming(names)
      }
      return .read(collector, snapshot, query)
    } catch {
      return .failed(error.isPassing ? collector : nil, error)
    }
  }
}

extension Collector {
  /// With names for every row: which of them are shown is decided later, and again at each key.
  fileprivate mutating func collectNamed(_ query: Query) throws(SourceError) -> Snapshot {
    let snapshot = try collect(query)
    if isSaved { return snapshot }
    return try name(
      nil, of: snapshot, needs: query.needs.subtracting(.processNames),
      services: .everyService)
  }
}

/// What else the live view leaves to another thread, since it takes long on a large host.
enum WatchTask: Sendable {
  case refresh(Snapshot, RefreshWork, EndedOwners?, since: MonotonicInstant)
  case arrange(WatchWork)

  enum Outcome: Sendable {
    case refreshed(WatchResult, [Notice])
    case arranged(WatchResult)
  }

  consuming func outcome() -> Outcome {
    switch consume self {
    case .arrange(let work): return .arranged(work.result())
    case .refresh(let snapshot, let work, let ended, let begun):
      let notices = snapshot.notices + (ended?.notices ?? [])
      let owners = ended?.take() ?? [:]
      return .refreshed(
        work.result(of: consume snapshot, took: begun.elapsed, formerOwners: owners), notices)
    }
  }
}
