import Display
import SocketModel
import Testing

@testable import Arguments

@Suite("Called as ss or netstat")
struct ToolTests {
  @Test(
    arguments: [
      ("sockeye", Tool.sockeye), ("/usr/bin/ss", .ss), ("netstat", .netstat), ("./ss", .ss),
      ("sss", .sockeye), ("", .sockeye), ("/", .sockeye),
    ])
  func path(path: String, expected: Tool) {
    #expect(Tool(path: path) == expected)
  }

  @Test("without -a and -l the tool's own states are listed")
  func defaultStates() throws {
    let ss = try list("", as: .ss).request.scope
    #expect(ss.statesAreDefault && ss.protocols == .all)
    #expect(ss.states.contains(.established) && ss.states.contains(.synSent))
    for state in [TCPState.listening, .closed, .timeWait, .synReceived] {
      #expect(!ss.states.contains(state))
    }
    let netstat = try list("-t", as: .netstat).request.scope
    #expect(netstat.statesAreDefault && netstat.protocols == .tcp)
    #expect(netstat.states.contains(.timeWait) && !netstat.states.contains(.listening))
  }

  @Test(
    "-a and -l: the last counts in ss, -a in netstat",
    arguments: [
      ("-tal", Tool.ss, StateSet.listening), ("-tla", .ss, .all), ("-tal", .netstat, .all),
      ("-tla", .netstat, .all), ("-tulpn", .netstat, .listening), ("-anp", .netstat, .all),
      ("-tlnp", .ss, .listening), ("-tan", .ss, .all),
    ])
  func states(line: String, tool: Tool, expected: StateSet) throws {
    let scope = try list(line, as: tool).request.scope
    #expect(scope.states == expected)
    #expect(!scope.statesAreDefault)
  }

  @Test("where the two clash each is read as itself")
  func clashes() throws {
    #expect(try list("-r", as: .ss).presentation.resolvesHosts)
    #expect(try list("-i", as: .ss).presentation.sections == .internals)
    #expect(try list("--info", as: .netstat).presentation.sections == .internals)
    #expect(try list("--resolve", as: .netstat).presentation.resolvesHosts)
    guard case .stats = try parse("-s", as: .ss) else { throw NotThatVerb(line: "-s") }
    guard case .stats = try parse("--stats", as: .netstat) else { throw NotThatVerb(line: "-s") }
  }

  @Test(
    "netstat's own",
    arguments: [
      ("-r", "-r: routes are not listed here; type: ip route; host names are --resolve"),
      (
        "-i",
        "-i: interfaces are not listed here; type: ip -s link; TCP internals are --info"
      ),
      (
        "-s",
        "-s: the protocols' counters are not shown; type: nstat -az; totals of sockets are --stats"
      ),
      ("-nr", "-r: routes are not listed here; type: ip route; host names are --resolve"),
      ("-M", "-M: masqueraded connections are not listed here; type: conntrack -L"),
      ("-N", "-N: hardware names are not shown; type: ip link"),
      ("-F", "-F: routes are not listed here; type: ip route"),
    ] as [(String, String)])
  func netstat(line: String, expected: String) {
    #expect(refusal(line, as: .netstat) == expected)
  }

  @Test("ss's -b is another than Windows'")
  func bpf() {
    #expect(refusal("-b", as: .ss) == "-b: BPF filters are not shown; type: ss -b (iproute2's own)")
    #expect(refusal("-b") == nil)
  }

  @Test("totals count what the tool's list leaves out", arguments: ["-s", "stats", "-s -t"])
  func totals(line: String) throws {
    guard case .stats(let options) = try parse(line, as: .ss) else {
      throw NotThatVerb(line: line)
    }
    #expect(options.request.scope.states == .all && !options.request.scope.statesAreDefault)
    guard case .stats(let listening) = try parse(line + " -l", as: .ss) else {
      throw NotThatVerb(line: line)
    }
    #expect(listening.request.scope.states == .listening)
  }

  @Test(
    "netstat's last number is the delay",
    arguments: ["-c 5", "-tanc 5", "-c -t 5", "5", "-tan 5", "watch 5"])
  func delay(line: String) throws {
    let options = try watch(line, as: .netstat)
    #expect(options.pace.interval == .seconds(5))
    #expect(options.request.terms == [])
  }

  @Test func delayIsNoPort() throws {
    #expect(try watch("-c :5", as: .netstat).request.terms == [":5"])
    guard case .wait(let wait) = try parse("wait 80", as: .netstat) else {
      throw NotThatVerb(line: "wait 80")
    }
    #expect(wait.targets == [Target(ports: [.numbers(80...80)])])
  }
}
