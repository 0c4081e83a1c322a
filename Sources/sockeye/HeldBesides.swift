import SocketFilter
import Sockeye
import SocketModel
import SocketSources

/// What the processes that were asked for hold besides the kinds that are listed.
enum HeldBesides {
  // To look at the descriptors of many takes as long as the list.
  private static let most = 32

  /// `and 14 unix, 1 packet: add -x -0`; nil where they hold nothing else, or nobody asked for processes.
  static func words(_ listing: Listing, _ runner: QueryRunner) -> String? {
    let pids = listing.askedProcesses.union(runner.filter.pidsAskedFor)
    guard 1...most ~= pids.count else { return nil }
    var held = HeldSockets()
    for pid in pids {
      // Of one that can't be looked at nothing is said: its rows are hidden as well.
      if let own = try? HeldSockets(of: pid) { held.add(own) }
    }
    let others = held.besides(runner.query.protocols)
    if others.isEmpty { return nil }
    let words = others.map { "\($0.count) \($0.word)" }.joined(separator: ", ")
    let kinds = SocketKindSet(
      SocketKind.allCases.filter { kind in
        others.contains { $0.word == kind.word }
      })
    return "and \(words): add \(kinds.option)"
  }
}
