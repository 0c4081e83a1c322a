import Arguments
import SocketModel
import SocketSources

/// What a completion script asks for: words, one a line, and never a message.
struct LiveWordsCommand {
  let words: LiveWords

  func run() -> ExitCode {
    guard let found = try? find() else { return .answered }
    try? Output.write(found.map { $0 + "\n" }.joined())
    return .answered
  }

  private func find() throws -> [String] {
    var collector = Collector()
    switch words {
    case .ports:
      let listeners = try collector.collect(Query(protocols: .all, onlyListening: true))
      return Set((0..<listeners.count).map { listeners[$0].socket.local.port }).sorted()
        .map { "\($0)" }
    case .processes:
      let snapshot = try collector.collect(
        Query(protocols: .all, needs: [.owners, .processNames]))
      let names = Set(snapshot.names.processes.values.map(\.name)).filter(Completions.isPlain)
      return names.map { String(decoding: $0, as: UTF8.self) }.sorted()
    }
  }
}
