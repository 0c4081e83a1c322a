import Arguments
import LinuxSystem
import SocketModel
import SocketSources
import Sockeye

/// The rows of a tool's query, as the kernel tells them.
struct ToolRows {
  private let query: ToolQuery
  private let needs: Projection
  private let source: Collector.Sockets

  init(_ query: ToolQuery, needs: Projection, _ source: Collector.Sockets) {
    self.query = query
    self.needs = needs
    self.source = source
  }

  func read(_ naming: Naming) throws -> Listing {
    if let name = query.namespace {
      // With these ss changes files as well.
      let hasFiles = (try? FileStatus(of: "/etc/netns/\(name)")) != nil
      guard !hasFiles, (try? FileStatus(of: "/run/netns/\(name)")) != nil else {
        throw NotAnswered("-N \(name)")
      }
      try NetworkNamespaces.enter(name)
    }
    for sockets in query.unlisted.sorted(by: { $0.rawValue < $1.rawValue }) {
      guard SocketTables.isWithout(sockets) else { throw NotAnswered(sockets.rawValue) }
    }
    var asked = SocketQuery(query.terms, needs: needs)
    asked.protocols = query.kinds
    // IPv4 alone would have IPv6 sockets that take it.
    asked.families = query.families == .ipv6 && query.isOfInternet ? .ipv6 : .all
    asked.states = query.states
    asked.isVerbatim = true
    var collector = Collector()
    collector.sockets = source
    var runner = try QueryRunner(asked, collector: collector)
    var listing = try runner.run(naming)
    if query.families != .all {
      let snapshot = listing.snapshot
      listing.rows.removeAll {
        !(snapshot[$0].socket.family.map(query.families.contains) ?? true)
      }
    }
    return listing
  }
}

extension ToolQuery {
  fileprivate var isOfInternet: Bool { kinds.isSubset(of: .withAddresses) }
}

extension Listing {
  /// The IP protocols of its raw sockets.
  var rawProtocols: Set<UInt8> {
    reduce(into: []) { if $1.socket.kind == .raw { $0.insert($1.socket.subprotocol) } }
  }
}
