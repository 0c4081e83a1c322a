import Arguments
import Display
import LinuxSystem
import SocketModel
import SocketSources
import Watch

/// What was agreed to in the live view, which never waits for it.
struct WatchEnding: Sendable {
  let question: EndingQuestion
  let namespaces: NamespaceScope

  /// How long a process may take to end before that is said.
  private static let patience = Duration.seconds(2)

  /// Does it, and says what came of it.
  consuming func outcome() -> String {
    do {
      switch question.deed {
      case .close: return try close()
      case .kill: return try kill()
      }
    } catch let error as SourceError {
      return explained(error)
    } catch {
      return "\(error)"
    }
  }

  /// The row as it is now is looked at again: the view does not ask for all that decides.
  private func close() throws -> String {
    let asked = question.listing[0]
    let port = asked.socket.local.port
    var query = Query(
      protocols: SocketKindSet(asked.socket.kind), pushdown: .port(.local, port...port),
      needs: [.owners, .cookies, .upperLayers])
    query.namespaces = namespaces
    var collector = Collector()
    let snapshot = try collector.collect(query)
    let rows = (0..<UInt32(snapshot.count)).filter {
      let row = snapshot[$0]
      return row.socket.cookie == asked.socket.cookie
        && row.namespace.inode == asked.namespace.inode
    }
    guard let row = rows.first else { return "already gone: \(question.place)" }
    let listing = Listing(snapshot, rows: [row])
    let choice = CloseChoice(listing, .current(about: []), takesListeners: false)
    if let refusal = choice.refusals.first {
      return "not closed: \(question.place): \(refusal.reason.words)"
    }
    let ending = SocketEnding([snapshot[row].socket], of: snapshot)
    return try Self.sentence(ending.run(query, collector), question.place, done: "closed")
  }

  private func kill() throws -> String {
    let listing = question.listing
    var facts = EndingFacts.current(about: listing[0].owners.map(\.pid))
    facts.sshProcesses = try KillCommand.holders(of: facts.sshConnections)
    let choice = KillChoice(listing, facts)
    if let refusal = choice.refusals.first {
      return "not killed: \(question.owner): \(refusal.reason.words)"
    }
    var ending = ProcessEnding(choice.targets)
    return try Self.sentence(
      ending.run(.term, timeout: Self.patience), question.owner, done: "ended")
  }

  /// The worst of them.
  private static func sentence(
    _ results: [SocketEnding.Result], _ what: String, done: String
  ) -> String {
    let result = results.first { $0.outcome != .ended } ?? SocketEnding.Result(outcome: .ended)
    let word =
      result.outcome == .ended
      ? done : String(result.outcome.rawValue.map { $0 == "_" ? " " : $0 })
    return "\(word): \(what)" + (result.reason.map { ": \($0)" } ?? "")
  }
}
