import Foundation
import TestSupport
import Testing

@testable import Display
@testable import SocketModel

/// What `why` writes, and that `fixtures/why.schema.json` names all of it.
@Suite struct PortReportTests {
  private static let sockets = Samples.detailed.map { PortSocket($0) }
  private static let clients = PortsForClients(reserved: [8080...8080, 9000...9005])
  private static let home = IPAddress.loopback(.ipv4)

  /// One of each.
  private static let findings: [PortFinding] = {
    let one = [sockets[0]]
    let many = PortConnections(Array(Samples.detailed))
    return [
      .listener(Array(sockets.prefix(5))), .sharedListeners(Array(sockets.prefix(2)), asking: 0),
      .bound(one), .datagramSocket(sockets.filter { $0.socket.kind == .udp }),
      .systemdSocket(unit: #"a\x2db.socket"#, one), .unheld(one),
      .timeWait(many, canBeBound: true), .timeWait(many, canBeBound: false),
      .connection(many, canBeBound: true), .connection(many, canBeBound: false),
      .clientPort(many, canBeBound: true, clients), .clientPort(many, canBeBound: false, clients),
      .unseenSocket(showsBound: true), .unseenSocket(showsBound: false),
      .portsUsedUp(used: 28_225, clients, to: nil),
      .portsUsedUp(used: 28_225, clients, to: IPEndpoint(home, 80)),
      .privilegedPort(lowest: 1024), .policy("Operation not permitted"), .addressNotLocal(home),
      .addressNotLocal(.loopback(.ipv6)), .addressNotLocal(IPAddress(v4: 0x0a00_0005)),
      .noFamily(.ipv6), .zoneMissing(IPAddress(v6: 0xfe80 << 112 | 1)),
      .notTried("Too many open files"), .tableIncomplete("the kernel's table kept changing"),
      .loopbackOnly(one), .deviceOnly([sockets[5]]), .v6Only([sockets[2]]), .otherHosts(one),
      .addressGone(one), .queueFull(sockets[2]), .dropped(sockets[0]), .dropped(sockets[12]),
      .notAccepted(sockets[2], milliseconds: 12_345), .stopped(sockets[0]),
      .freeAddresses([PortPlace(.unspecified(.ipv4)), PortPlace(home)]), .otherAddress(one),
      .otherProtocol([sockets[12]]), .otherNamespaces(one), .reservedPort(8080),
      .hiddenOwners("the owner of 1 socket is hidden; try: sudo sockeye why 8080"),
    ]
  }()

  private func report(_ findings: [PortFinding], _ verdict: PortAnswer.Verdict = .taken)
    -> PortReport
  {
    let question = PortQuestion(.tcp, 8080, at: [PortPlace(Self.home)])
    var report = PortReport(
      PortAnswer(question, verdict, findings), host: "here", time: Samples.time, uid: 1000)
    report.user = "me"
    report.looksElsewhere = false
    return report
  }

  @Test func writesText() throws {
    try expectGolden("display-why", report(Self.findings).text(width: 80))
  }

  @Test func theAnswerIsAHeading() throws {
    try expectGolden("display-why-colour", report([], .free).text(width: 40, .ansi))
  }

  @Test func writesJSON() throws {
    try expectGolden("display-why-json", report(Self.findings).json)
  }

  @Test func noLineIsWiderThanTheTerminal() {
    let text = lines(report(Self.findings).text(width: 60))
    #expect(text.allSatisfy { $0.count <= 60 || $0.hasPrefix("    ") })
  }

  /// What processes call themselves ends at no line and reaches no terminal.
  @Test func hostileNamesAreEscaped() throws {
    for row in Samples.hostile {
      let report = report([.listener([PortSocket(row)])])
      let text = report.text(width: .max)
      #expect(lines(text).count == 7, "\(lines(text))")
      #expect(text.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 10 })
      let root = try JSONSerialization.jsonObject(with: Data(report.json))
      #expect(root is [String: Any])
    }
  }

  @Test func theSchemaNamesAllThatIsWritten() throws {
    func object(_ value: Any?) throws -> [String: Any] { try #require(value as? [String: Any]) }
    let schema = try object(
      try JSONSerialization.jsonObject(with: Data(try fixture("why.schema.json"))))
    let root = try object(
      try JSONSerialization.jsonObject(with: Data(report(Self.findings).json)))
    let definitions = try object(schema["$defs"])
    func expect(_ object: [String: Any], isAs definition: [String: Any]) throws {
      let known = try #require(definition["properties"] as? [String: Any])
      #expect(Set(known.keys) == Set(object.keys))
      #expect(Set(definition["required"] as? [String] ?? []) == Set(object.keys))
      for (key, value) in object {
        guard let words = (known[key] as? [String: Any])?["enum"] as? [Any] else { continue }
        #expect(words.contains { "\($0)" == "\(value)" }, "\(key) \(value)")
      }
    }
    try expect(root, isAs: schema)
    let findings = try #require(root["findings"] as? [[String: Any]])
    for finding in findings {
      try expect(finding, isAs: try object(definitions["finding"]))
      for socket in try #require(finding["sockets"] as? [[String: Any]]) {
        try expect(socket, isAs: try object(definitions["socket"]))
      }
    }
    let names = try object(try object(try object(definitions["finding"])["properties"])["name"])
    #expect(
      Set(names["enum"] as? [String] ?? []) == Set(findings.compactMap { $0["name"] as? String }))
  }
}
