import Arguments
import Display
import LinuxSystem
import SocketFilter
import SocketModel
import SocketSources
import Sockeye

/// Called as another tool: answers as that one does, or becomes it. Nil under a name of our own.
func runAsTool(_ arguments: [String]) -> Int32? {
  guard let line = ToolLine(arguments) else { return nil }
  let handOver = HandOver(line)
  do {
    switch line.tool {
    case .ss: return try SSCommand(SSArguments(line.words), line.isRedacted).run()
    case .netstat: return try NetstatCommand(NetstatArguments(line.words), line.isRedacted).run()
    case .lsof: return try LsofCommand(LsofArguments(line.words), line.isRedacted).run()
    }
  } catch let error as NotAnswered {
    return handOver.run(for: error.word)
  } catch let stop as ExitError {
    return stop.message.map { handOver.fail($0) } ?? stop.code.rawValue
  } catch {
    return handOver.run(for: line.words.first ?? "it")
  }
}

/// `ss …`
struct SSCommand {
  private let arguments: SSArguments
  private let isRedacted: Bool

  init(_ arguments: SSArguments, _ isRedacted: Bool) {
    self.arguments = arguments
    self.isRedacted = isRedacted
  }

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
    if !form.isNumeric { form.protocols = IPProtocols.names(of: listing.rawProtocols) }
    SSForm.sort(&listing)
    try Output.write(form.rendering(isRedacted ? listing.redacted : listing))
    return 0
  }
}
