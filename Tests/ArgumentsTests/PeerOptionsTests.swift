import Display
import SocketModel
import Testing

@testable import Arguments

@Suite("The verbs that talk")
struct PeerOptionsTests {
  private func target(_ port: UInt16, _ host: String? = nil) -> Target {
    Target(host: host, ports: [.numbers(port...port)])
  }

  @Test func serve() throws {
    #expect(try parse("serve 8080") == .serve(ServeOptions(target: target(8080))))
    var options = ServeOptions(target: target(0, "::1"), families: .ipv6)
    options.maxConnections = 5
    options.idleTimeout = .seconds(90)
    options.grace = .zero
    options.logsClients = true
    options.mode = .chargen
    options.rate = 1 << 20
    let line = "serve [::1]:0 -6 --max-connections 5 --idle-timeout 1.5m --grace 0 --log"
    #expect(try parse(line + " --mode chargen --rate 1M") == .serve(options))
    guard case .serve(let both) = try parse("-46 serve 80") else { throw NotThatVerb(line: "") }
    #expect(both.families == .all)
  }

  @Test func connect() throws {
    var options = ConnectOptions(target: target(80, "localhost"))
    options.timeout = .seconds(3)
    options.message = "a b"
    options.connections = 7
    options.hold = .untilInterrupted
    let line = ["--timeout", "3", "--message", "a b", "--connections=7", "--hold"]
    #expect(try Command(["connect", "localhost:80"] + line) == .connect(options))
    #expect(try Command(["connect", "localhost", "80"] + line) == .connect(options))
    options.hold = .duration(.seconds(2))
    options.message = ""
    #expect(
      try parse("connect localhost:80 --timeout 3 --message= --connections 7 --hold=2")
        == .connect(options))
  }

  @Test func probe() throws {
    let ports: [Target.Ports] = [.numbers(22...22), .service("https")]
    for line in ["probe h:22,https", "probe h 22,https", "probe h 22,https --timeout 1"] {
      #expect(try parse(line) == .probe(ProbeOptions(target: Target(host: "h", ports: ports))))
    }
    #expect(
      try parse("probe ::1 22") == .probe(ProbeOptions(target: target(22, "::1"))))
    #expect(try parse("probe 22") == .probe(ProbeOptions(target: target(22))))
    var options = ProbeOptions(target: target(22))
    (options.rate, options.printsJSON, options.isQuiet, options.color) = (9, true, true, .never)
    #expect(try parse("probe 22 --rate 9 --json -q --color never") == .probe(options))
  }

  // The words behind a host and its first ports were refused.
  @Test(arguments: [
    ("probe h 22 80,https", "h"), ("probe h:22 80 https", "h"), ("probe 22 80 https", nil),
    ("probe ::1 22 80 https", "::1"),
  ])
  func probesAllPortsThatAreTyped(line: String, host: String?) throws {
    let ports: [Target.Ports] = [.numbers(22...22), .numbers(80...80), .service("https")]
    #expect(try parse(line) == .probe(ProbeOptions(target: Target(host: host, ports: ports))))
  }

  // A port that can't be one was said to be missing.
  @Test(arguments: [
    ("probe 127.0.0.1 99999", "probe '99999': invalid port '99999': ports are 0 to 65535"),
    ("probe h 22 99999", "probe '99999': invalid port '99999': ports are 0 to 65535"),
    ("probe h h:80", "probe 'h:80': invalid port 'h:80'"),
    ("wait h 99999", "wait '99999': invalid port '99999': ports are 0 to 65535"),
    ("connect h 90-80", "connect '90-80': invalid range '90-80': write 80-90"),
    ("connect h 80 81", "unexpected word '81' after connect"),
    ("probe 127.0.0.1,::1 80", "probe '127.0.0.1,::1': one host at a time"),
  ])
  func saysWhatIsWrongWithAPort(line: String, message: String) {
    #expect(refusal(line) == message)
  }

  @Test(
    arguments: [
      ("wait 8080", [8080], [], []),
      ("wait 8080 8081", [8080, 8081], [], []),
      ("wait 8080 :8081 process=java", [8080, 8081], ["process=java"], []),
      ("wait 8080 process=java user=x:80", [8080], ["process=java", "user=x:80"], []),
      (
        "wait 8080 -- sockeye connect 8080 --hold", [8080], [], split("sockeye connect 8080 --hold")
      ),
      ("wait -q 8080 --", [8080], [], []),
      // A protocol was a host.
      ("wait udp 8080", [8080], ["udp"], []), ("wait 8080 udp", [8080], ["udp"], []),
      ("wait TCP 8080 8081 nginx", [8080, 8081], ["TCP", "nginx"], []),
    ] as [(String, [UInt16], [String], [String])])
  func wait(line: String, ports: [UInt16], terms: [String], command: [String]) throws {
    guard case .wait(let options) = try parse(line) else { throw NotThatVerb(line: line) }
    #expect(options.targets == ports.map { target($0) })
    #expect(options.terms == terms)
    #expect(options.command == command)
    #expect(options.timeout == .seconds(60))
  }

  @Test func waitOptions() throws {
    let line = "wait db 5432 --free --connect --timeout 0.5"
    guard case .wait(let options) = try parse(line) else { throw NotThatVerb(line: line) }
    #expect(options.targets == [target(5432, "db")])
    #expect(options.untilFree && options.connects && options.timeout == .milliseconds(500))
    guard case .wait(let named) = try parse("wait https nginx") else { throw NotThatVerb(line: "") }
    #expect(named.targets == [Target(ports: [.service("https")])] && named.terms == ["nginx"])
    #expect(refusal("wait 80-90") == "wait '80-90': one port is wanted")
  }

  @Test(arguments: [
    ("why 8080", nil, SocketKind.tcp), ("why 8080 udp", nil, .udp), ("why udp 8080", nil, .udp),
    ("why TCP 8080", nil, .tcp), ("why 127.0.0.1:8080 udp", "127.0.0.1", .udp),
    ("why ::1 8080", "::1", .tcp),
  ])
  func why(line: String, host: String?, kind: SocketKind) throws {
    var options = WhyOptions(target: target(8080, host))
    options.kind = kind
    #expect(try parse(line) == .why(options))
    (options.printsJSON, options.isQuiet, options.color) = (true, true, .never)
    options.namespace = "pod"
    #expect(try parse(line + " --json -q --color never -N pod") == .why(options))
  }

  @Test(arguments: [
    ("why 80-90", "why '80-90': one port is wanted"),
    ("why 80 nginx", "unexpected word 'nginx' after why"),
    ("why 80 udp tcp", "udp and tcp cannot be combined"),
    (
      "why",
      "why needs [ADDRESS:]PORT, e.g. sockeye why 8080; for a process called why: sockeye process=why"
    ),
  ])
  func whyRefuses(line: String, message: String) { #expect(refusal(line) == message) }

  @Test func demo() throws {
    #expect(try parse("demo") == .demo(DemoOptions()))
    var options = DemoOptions(connections: 9, showsStates: true, hold: .untilInterrupted)
    options.presentation.numbers = .numeric
    options.presentation.format = .json
    options.watch = Pace(interval: .milliseconds(500))
    #expect(
      try parse("demo --connections 9 --states --hold --watch=0.5 -n --json") == .demo(options))
  }
}
