import Foundation
import TestSupport
import Testing

/// `sockeye probe` and `nmap -sT` (another program altogether) say the same of the same ports.
struct NmapTests {
  static let hasNmap = FileManager.default.isExecutableFile(atPath: "/usr/bin/nmap")

  /// What is asked of both; nmap's first SYNs go to the same ports (`-PS`), or it is told that the
  /// host is up (`-Pn`).
  private struct Case {
    let host: String
    let ports: String
    var finds = "-PS"
  }

  private static let cases =
    [
      Case(host: "\(RoutedNetwork.hostAddress)", ports: "79-85"),
      Case(host: "\(RoutedNetwork.hostAddress6)", ports: "79-85"),
      // Hosts that do not exist, behind the router and on the link.
      Case(host: "10.78.0.99", ports: "80,81"), Case(host: "10.77.0.99", ports: "80,81"),
      Case(host: "10.78.0.99", ports: "80,81", finds: "-Pn"),
      Case(host: "10.77.0.99", ports: "80,81", finds: "-Pn"),
    ] + (79...85).map { Case(host: "\(RoutedNetwork.hostAddress)", ports: "\($0)") }

  @Test(
    .enabled(
      if: IsolatedNetwork.isAvailable && NmapTests.hasNmap,
      "needs nmap and what namespaces need"))
  func bothSayTheSame() throws {
    let answers = try onThreadOfItsOwn { try Self.answers() }
    for (asked, (found, others)) in zip(Self.cases, answers) {
      var own = found
      // nmap has the error number alone, which is the same for a reset and a firewall's message.
      if own.states["82/tcp"] != nil, own.isUp || asked.ports == "82" {
        #expect(own.states.updateValue("closed", forKey: "82/tcp") == "filtered")
      }
      // A host that is not up is not probed by nmap; what it is told it does not find out.
      if others.isUp { #expect(own.states == others.states, "\(asked)") }
      if asked.finds == "-PS" { #expect(own.isUp == others.isUp, "\(asked)") }
      if asked.finds == "-Pn" { #expect(Set(own.states.values) == ["filtered"]) }
    }
    #expect(answers[0].0.states.count == 7 && answers[1].0.states.count == 7)
    #expect(Set(answers[0].0.states.values) == ["open", "closed", "filtered"])
    // All but what the router drops or refuses in the host's place.
    let alone = zip(Self.cases, answers).suffix(7).filter { $0.1.0.isUp }.map { $0.0.ports }
    #expect(alone == ["79", "80", "83"])
  }

  private struct Answer: Sendable {
    var isUp = false
    var states: [String: String] = [:]
  }

  /// Both programs' answers to all cases, in one network, all at once.
  private static func answers() throws -> [(Answer, Answer)] {
    let network = try RoutedNetwork()
    defer { withExtendedLifetime(network) {} }
    let directory = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    // On a busy host an answer takes longer than nmap waits after quick ones.
    let patience = "--min-rtt-timeout 1500ms --max-rtt-timeout 2s --max-retries 1"
    let commands = cases.enumerated().flatMap { index, asked in
      let family = asked.host.contains(":") ? "-6 " : ""
      let finds = asked.finds == "-PS" ? "-PS\(asked.ports)" : asked.finds
      return [
        "\(Program.sockeye) probe --timeout 3 \(asked.host) \(asked.ports) > \(directory)/\(index) &",
        "nmap \(family)\(patience) -sT -n \(finds) -p \(asked.ports) \(asked.host) > \(directory)/nmap\(index) &",
      ]
    }
    try network.prober.run((commands + ["wait"]).joined(separator: "\n"))
    return try cases.enumerated().map { index, asked in
      let own = try String(contentsOfFile: "\(directory)/\(index)", encoding: .utf8)
      let others = try String(contentsOfFile: "\(directory)/nmap\(index)", encoding: .utf8)
      return (
        Answer(isUp: own.hasPrefix("\(asked.host) is up"), states: states(own)),
        Answer(isUp: others.contains("Host is up"), states: states(others))
      )
    }
  }

  /// Lines such as `80/tcp open http`, of either program.
  private static func states(_ text: String) -> [String: String] {
    var states: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count > 1, words[0].hasSuffix("/tcp") { states[String(words[0])] = String(words[1]) }
    }
    return states
  }
}
