import Arguments
import Display
import LinuxSystem
import Sockeye
import SocketModel
import SocketSources

/// `sockeye check`: what is wrong on this host, worst first.
struct CheckCommand {
  let options: CheckOptions
  /// As typed, for the command that a hint suggests.
  let arguments: [String]

  func run() throws -> ExitCode {
    var collector = Collector()
    let needs: Projection = [
      .owners, .processNames, .userNames, .tcpInfo, .memory, .cookies, .verdicts,
    ]
    let (earlier, later) = try collector.collectPair(
      Query(protocols: .all, needs: needs), apart: options.time)
    var snapshot = later
    let facts = HostFacts(
      beside: snapshot,
      limit: options.limits[.neverBound] ?? FindingKind.neverBound.limit)
    snapshot = try collector.name(nil, of: snapshot, needs: needs, services: .none)
    let check = HostCheck(
      snapshot, since: earlier, facts, without: options.without, limits: options.limits)
    let report = CheckReport(
      check.findings(), of: snapshot, within: options.time, unknown: unknown(snapshot, facts))
    try Output.write(
      (options.printsJSON ? report.json() : report.text(Palette(options.color))).span)
    if !report.findings.isEmpty || report.unknown.isEmpty {
      if !options.printsJSON {
        for sentence in report.unknown { Output.say(sentence) }
        if report.findings.isEmpty && isTerminal(2) { Output.say("nothing found") }
      }
      return report.findings.isEmpty ? .answered : .noMatch
    }
    throw ExitError(
      .cannotTell, "can't tell: " + report.unknown.joined(separator: "; "))
  }

  /// What was not seen, and may hold a finding.
  private func unknown(_ snapshot: Snapshot, _ facts: HostFacts) -> [String] {
    var sentences: [String] = []
    if !snapshot.unknown.isDisjoint(with: [.tcpInfo, .memory]) {
      sentences.append("/proc does not tell of drops and of what connections do; netlink does")
    }
    let files = Set(facts.unread.filter { !options.without.contains($0.key) }.values)
    sentences += files.sorted().map { "can't read \($0)" }
    let asksProcesses = !options.without.isSuperset(of: [.fileLimit, .neverBound])
    let hidden = snapshot.hiddenOwners(Array(0..<UInt32(snapshot.count)))
    if facts.hidesProcesses && asksProcesses {
      // A process that holds none of these sockets and refuses even root is no answer to wait for.
      if Accounts.effectiveUID != 0 {
        sentences.append(
          HiddenOwners.sentence(hidden, cause: snapshot.hiddenCause, arguments: arguments))
      } else if hidden > 0 {
        sentences.append(
          plural(hidden, "socket has an owner", "sockets have owners") + " that can't be seen here")
      }
    }
    return sentences
  }
}
