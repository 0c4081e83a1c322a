import Display
import SocketModel
import TestSupport
import Testing

@testable import Arguments

@Suite("Parser")
struct ParserTests {
  @Test("nothing is the list of everything")
  func nothing() throws {
    #expect(try parse("") == .list(ListOptions()))
    #expect(try list("").request.scope == Scope())
  }

  @Test(
    "what fingers know",
    arguments: [
      ("-tulpn", SocketKindSet.all, StateSet.listening),
      ("-tan", .tcp, .all),
      ("-tlnp", .tcp, .listening),
      ("-t -u -l -n -p", .all, .listening),
      ("-uln", .udp, .listening),
      ("-tulpan", .all, .all),
      ("-tanl", .tcp, .listening),
      ("--tcp --listening --numeric --program", .tcp, .listening),
    ])
  func scope(line: String, protocols: SocketKindSet, states: StateSet) throws {
    let options = try list(line)
    #expect(options.request.scope.protocols == protocols)
    #expect(options.request.scope.states == states)
    #expect(options.presentation.numbers == .numeric)
    #expect(options.request.reading.owners == .auto)
  }

  @Test func anpHasNoProtocol() throws {
    let options = try list("-anp")
    #expect(options.request.scope.protocols == nil)
    #expect(options.request.scope.states == .all)
  }

  @Test(
    "families",
    arguments: [
      ("", FamilySet.all), ("-4", .ipv4), ("-6", .ipv6), ("-46", .all), ("--inet6", .ipv6),
    ])
  func families(line: String, expected: FamilySet) throws {
    #expect(try list(line).request.scope.families == expected)
  }

  @Test(
    "details add up",
    arguments: [
      ("-o", Sections.timer), ("-e", .extended), ("-i", .internals), ("-m", .memory),
      ("-oeim", [.timer, .memory, .extended, .internals]), ("-ee", .extended), ("-ti", .internals),
    ] as [(String, Sections)])
  func details(line: String, expected: Sections) throws {
    #expect(try list(line).presentation.sections == expected)
  }

  @Test("accepted and without effect", arguments: ["-W", "-O", "-WO", "--wide", "--oneline", "-a"])
  func accepted(line: String) throws {
    #expect(try list(line) == ListOptions())
  }

  @Test("filter words stay in order, wherever the options stand")
  func filterWords() throws {
    let line = "state -t established ( dport = :443 -n or sport = :443 ) -H"
    let options = try list(line)
    #expect(options.request.terms == split("state established ( dport = :443 or sport = :443 )"))
    #expect(options.request.scope.protocols == .tcp)
    #expect(!options.presentation.hasHeader)
  }

  @Test(
    "what is a word and no option",
    arguments: [
      ("! listening", ["!", "listening"]),
      ("-t -- -x --json", ["-x", "--json"]),
      ("-- watch", ["watch"]),
      ("list watch", ["watch"]),
      ("nginx watch", ["nginx", "watch"]),
      ("-", ["-"]),
      ("8080 -- 8081", ["8080", "8081"]),
      ("", []),
    ])
  func operands(line: String, expected: [String]) throws {
    #expect(try list(line).request.terms == expected)
  }

  @Test("a word may hold spaces, or nothing")
  func spaces() throws {
    let command = try Command(["state established ( dport = :443 )", ""])
    guard case .list(let options) = command else { throw NotThatVerb(line: "") }
    #expect(options.request.terms == ["state established ( dport = :443 )", ""])
  }

  @Test("values follow = or a space")
  func values() throws {
    for line in ["--columns=+rtt,-process --sort=-rtt", "--columns +rtt,-process --sort -rtt"] {
      let presentation = try list(line).presentation
      #expect(presentation.columns == "+rtt,-process")
      #expect(presentation.sort == "-rtt")
    }
    #expect(try list("--columns -process").presentation.columns == "-process")
    #expect(try list("--color never").presentation.color == .never)
    #expect(try list("--colour=ALWAYS").presentation.color == .always)
    #expect(try list("--record a=b").request.reading.record == "a=b")
  }

  @Test(
    "the last one counts",
    arguments: [
      ("-n --services", NumberStyle.all), ("--services -n", .numeric), ("-r", .wellKnown),
    ])
  func naming(line: String, expected: NumberStyle) throws {
    #expect(try list(line).presentation.numbers == expected)
  }

  @Test func owners() throws {
    #expect(try list("--no-process").request.reading.owners == .none)
    #expect(try list("--no-process -p").request.reading.owners == .auto)
    #expect(try list("-b").request.reading.owners == .auto)
    #expect(try list("--owners bpf -p").request.reading.owners == .bpf)
  }

  @Test func scripts() throws {
    let script = try list("-q --expect <5 listening").script
    #expect(script == ScriptOptions(isQuiet: true, expectation: .fewer(than: 5)))
    #expect(try list("--pids :8080").script.printsPIDs)
  }

  @Test func reading() throws {
    let reading = try list("--source proc --owners proc --proc-root /x -v").request.reading
    #expect(
      reading == Reading(source: .proc, owners: .proc, procRoot: "/x", isVerbose: true))
    #expect(try list("--replay f").request.reading.replay == "f")
  }

  @Test("the verb is the first word, and -c and -s stand for one")
  func verbs() throws {
    #expect(try watch("watch -t nginx").request.terms == ["nginx"])
    #expect(try watch("-t watch").request.scope.protocols == .tcp)
    #expect(try watch("--interval 2 watch").pace.interval == .seconds(2))
    #expect(try watch("-tc").pace.interval == .seconds(1))
    #expect(try watch("--watch=0.5 nginx").pace.interval == .milliseconds(500))
    #expect(try watch("watch -c").request.terms == [])
    #expect(try watch("-c --count 3 --events --ndjson").pace.count == 3)
    guard case .stats(let stats) = try parse("-s --by lport --top 3 --json") else {
      throw NotThatVerb(line: "-s")
    }
    #expect(stats.groupings == [.localPort] && stats.top == 3 && stats.presentation.format == .json)
    #expect(try parse("stats --by remote-address") == parse("stats --by remote_address"))
    #expect(try parse("-s -t nginx") == parse("stats nginx -t"))
  }

  @Test(
    "help and version",
    arguments: [
      ("--help", Command.help(nil)), ("-h", .usage), ("-tnh", .usage), ("-h --help", .help(nil)),
      ("serve --help", .help(.serve)),
      ("--help serve", .help(.serve)), ("wait -h", .help(.wait)), ("help", .help(nil)),
      ("help stats", .help(.stats)), ("help --help", .help(nil)), ("-V", .version),
      ("--version -t", .version), ("man", .man), ("completions zsh", .completions(.zsh)),
      ("completions --words ports", .words(.ports)), ("-help", .usage),
      ("help -h", .help(nil)),
    ])
  func help(line: String, expected: Command) throws {
    #expect(try parse(line) == expected)
  }

  @Test("any words are read or refused in words of their own")
  func fuzzed() {
    let seed = UInt64.random(in: 0...999_999)
    print("fuzz: command lines, seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    let pieces =
      [
        "-", "--", "=", ":", "[", "]", "é", "\u{1b}", "\u{0}", "5", ".", ",", "ms", "<", "", "tcp",
        "@",
      ]
      + Verb.allCases.map(\.rawValue)
      + Option.all.flatMap { [$0.name] + $0.letters.map { "\($0)" } }
    for _ in 0..<2000 {
      let words = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
        (0..<Int.random(in: 0...4, using: &generator))
          .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
      }
      do throws(ArgumentError) {
        _ = try Command(words)
      } catch {
        #expect(!error.description.isEmpty && !error.description.hasSuffix("."), "\(words)")
      }
    }
  }
}
