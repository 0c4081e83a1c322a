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
    case .ss:
      let isPOSIX = Environment["POSIXLY_CORRECT"] != nil
      return try SSCommand(SSArguments(line.words, isPOSIX: isPOSIX), line.isRedacted).run()
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
  /// What names files in the place of the kernel's.
  private static let variables =
    ["PROC_ROOT", "PROC_IP_LOCAL_PORT_RANGE", "TCPDIAG_FILE"]
    + [
      "TCP", "TCP6", "UDP", "UDP6", "RAW", "RAW6", "UNIX", "PACKET", "NETLINK", "DCCP", "SCTP",
      "MPTCP", "SNMP", "SOCKSTAT", "SOCKSTAT6",
    ].map { "PROC_NET_\($0)" }

  private let arguments: SSArguments
  private let isRedacted: Bool

  init(_ arguments: SSArguments, _ isRedacted: Bool) {
    self.arguments = arguments
    self.isRedacted = isRedacted
  }

  func run() throws -> Int32 {
    for name in Self.variables where Environment[name] != nil { throw NotAnswered(name) }
    for service in arguments.query.services {
      // ss looks it up in the protocols that it lists alone, UDP and then TCP, where the second answer takes
      // the place of the first even if it is none. Here a name is a port of any.
      let kinds = arguments.query.kinds
      let ports = try Services.ports(named: service, kinds.contains(.tcp) ? .tcp : kinds)
      guard try ports.count == 1 && ports == Services.ports(named: service) else {
        throw NotAnswered(":\(service)")
      }
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
