import Arguments
import Display
import LinuxSystem
import SocketFilter
import SocketModel
import SocketSources
import Sockeye

/// Called as another tool: answers as that one does, or becomes it. Nil under a name of our own.
func runAsTool(_ arguments: [String]) -> Int32? {
  guard let path = arguments.first, let tool = Tool(path: path) else { return nil }
  let handOver = HandOver(tool: tool, arguments: Array(arguments.dropFirst()))
  do {
    switch tool {
    case .ss: return try SSCommand(SSArguments(handOver.arguments)).run()
    case .netstat: return try NetstatCommand(NetstatArguments(handOver.arguments)).run()
    case .lsof: return try LsofCommand(LsofArguments(handOver.arguments)).run()
    }
  } catch let error as NotAnswered {
    return handOver.run(for: error.word)
  } catch let stop as ExitError {
    return stop.message.map { handOver.fail($0) } ?? stop.code.rawValue
  } catch {
    return handOver.run(for: handOver.arguments.first ?? "it")
  }
}

/// `ss …`
struct SSCommand {
  private let arguments: SSArguments

  init(_ arguments: SSArguments) { self.arguments = arguments }

  func run() throws -> Int32 {
    // Files in the place of the kernel's.
    for name in ["PROC_ROOT", "PROC_NET_TCP", "PROC_NET_UDP", "PROC_NET_UNIX", "TCPDIAG_FILE"]
    where Environment[name] != nil {
      throw NotAnswered(name)
    }
    var form = arguments.form
    form.ephemeralPorts = (try? HostFilterNames().localPortRange()) ?? form.ephemeralPorts
    var naming = Naming()
    naming.users = false
    naming.services = form.isNumeric ? .none : .all
    var listing = try ToolRows(arguments.query, needs: form.needs, .diag).read(naming)
    if form.leavesOut(of: listing) { throw NotAnswered("-i") }
    SSForm.sort(&listing)
    try Output.write(form.rendering(listing))
    return 0
  }
}

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
    var asked = SocketQuery(query.terms, needs: needs)
    asked.protocols = query.kinds
    // IPv4 alone would have IPv6 sockets that take it.
    asked.families = query.families == .ipv6 && !query.asksUnix ? .ipv6 : .all
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
  fileprivate var asksUnix: Bool { !kinds.isDisjoint(with: .unix) }
}
