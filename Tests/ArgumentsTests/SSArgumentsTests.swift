import Display
import SocketModel
import Testing

@testable import Arguments

@Suite("ss's command line")
struct SSArgumentsTests {
  @Test(
    "which rows are asked for",
    arguments: [
      ("-t", .tcp, .all, .ssConnected),
      ("-tan", .tcp, .all, .ssAll),
      ("-tal", .tcp, .all, StateSet(.listening, .closed)),
      ("-tla", .tcp, .all, .ssAll),
      ("-u", .udp, .all, StateSet(.established)),
      ("-tu", .all, .all, .ssConnected),
      ("-tulpn", .all, .all, StateSet(.listening, .closed)),
      ("-x", .unix, .all, .ssConnected),
      ("-xa", .unix, .all, .ssAll),
      ("-t4", .tcp, .ipv4, .ssConnected),
      ("-tx", [.tcp, .unix], .all, .ssConnected),
      ("-A tcp,udp", .all, .all, .ssConnected),
      ("-aA unix_dgram", .unixDatagram, .all, .ssAll),
      ("-A unix,!u_dgr", [.unixStream, SocketKindSet(.unixSeqpacket)], .all, .ssConnected),
      ("-u -A tcp", .tcp, .all, .ssConnected),
      ("--family=inet6 --tcp", .tcp, .ipv6, .ssConnected),
      ("-f unix", .unix, .all, .ssConnected),
      ("-t state established", .tcp, .all, StateSet(.established)),
      ("-t state time-wait state closing", .tcp, .all, StateSet(.timeWait, .closing)),
      ("-t exclude listening", .tcp, .all, .ssAll.subtracting(StateSet(.listening))),
      ("-tl state all", .tcp, .all, .ssAll),
      ("-w", SocketKindSet(SocketKind.raw), .all, StateSet(.established)),
      ("-tw", [.tcp, SocketKindSet(SocketKind.raw)], .all, .ssConnected),
      ("-0", .packet, .all, StateSet(.closed)),
      ("-M", .mptcp, .all, .ssConnected),
      ("-4", [.all, .mptcp, SocketKindSet(SocketKind.raw)], .ipv4, .ssConnected),
      (
        "", [.all, .mptcp, SocketKindSet(SocketKind.raw), .unix, .packet], .all, .ssConnected
      ),
    ] as [(String, SocketKindSet, FamilySet, StateSet)])
  func rows(line: String, kinds: SocketKindSet, families: FamilySet, states: StateSet) throws {
    let query = try SSArguments(split(line)).query
    #expect(query.kinds == kinds && query.families == families && query.states == states)
  }

  @Test("what must not be there, since the real tool is asked for it")
  func unlisted() throws {
    let others: Set<UnlistedSockets> = [.dccp, .sctp, .vsock]
    #expect(try SSArguments([]).query.unlisted == others)
    #expect(try SSArguments(["state", "closed", "-t"]).query.unlisted.isEmpty)
    #expect(try SSArguments(["-4"]).query.unlisted == [.dccp, .sctp])
    #expect(try SSArguments(["-tuwxM"]).query.unlisted.isEmpty)
  }

  @Test("what is shown of them")
  func form() throws {
    let form = try SSArguments(split("-HOtanpeim")).form
    #expect(!form.hasHeader && form.isOneLine && form.isNumeric && form.showsProcesses)
    #expect(form.showsDetails && form.showsInfo && form.showsMemory && !form.showsTimers)
    #expect(!form.hasNetid && form.hasState)
    #expect(try SSArguments(["-tu"]).form.hasNetid)
    #expect(try !SSArguments(["-u"]).form.hasState)
    #expect(try !SSArguments(split("-ta state established")).form.hasState)
  }

  @Test(
    "what is the real tool's",
    arguments: [
      "-a", "-l", "-tA netlink", "-w sport = :1", "-46t", "-s", "-K", "-tK", "-E", "-F file",
      "-D file", "-b",
      "-T", "-Z", "-z", "-S", "-d", "-r", "-V", "-h", "-B", "--tcpx", "--tc", "--tcp=1", "-f",
      "-f x", "-aA all", "-A x", "-A", "-tN 12", "-tN /proc/1/ns/net", "-t state", "-q",
      "-t state x", "-t exclude all state x", "-A tcp,!tcp", "-t --tos", "-t --cgroup",
    ])
  func handedOver(line: String) {
    #expect(throws: NotAnswered.self) { try SSArguments(split(line)) }
  }

  @Test("the word that is said")
  func word() {
    for (line, word) in [
      ("-tanK", "-K"), ("-a", "all tables"), ("-A netlink", "-A netlink"), ("-t dst x", "'dst x'"),
    ] {
      #expect(throws: NotAnswered(word)) { try SSArguments(split(line)) }
    }
  }

  @Test(
    "expressions that mean the same",
    arguments: [
      "sport = :80", "sport 80", "dport = :http", "( sport = :80 or dport = :443 )",
      "src 127.0.0.1",
      "dst 10.0.0.0/8 and sport gt 1024", "not sport = :22", "dst [::1]", "src [::1]:80",
      "src 10.0.0.1:80", "dst :443", "sport = :22 dst 127.0.0.1", "! ( src 127.0.0.1 )",
      "sport != :22 && dport <= 80", "dst ::1/128", "sport = :1 and dport = :2 or sport = :3",
      "sport = :1 or ( sport = :2 and dport = :3 )", "not sport = :1 and dport = :2",
    ])
  func expressions(text: String) throws {
    #expect(try SSArguments(["-t"] + split(text)).query.terms == [text])
    #expect(try SSArguments(["-tan", "state", "connected", text]).query.terms == [text])
  }

  @Test(
    "expressions that may not",
    arguments: [
      "8080", "nginx", "sport", "sport =", "sport = x", "sport = 0", "sport = 80000",
      "sport = 0x50",
      "src localhost", "src 127/8", "src 127.0.0.1/33", "dst any", "dst *", "dev lo", "fwmark = 1",
      "cgroup /", "autobound", "( sport = :80", "sport = :80 )", "()", "sport=:80", "(sport = :80)",
      "sport = :80 or", "sport = :80 dst 10.0.0.1 or dport = 80", "not dst [::1]",
      "dst [::1] or dst 10.0.0.1", "dst [::1] and dst 10.0.0.1", "src != 127.0.0.1", "src [::1",
      "src unix:/x", "src [127.0.0.1]", "src", "src 10.0.0.1:", "dst [::1]x",
      "sport = :1 or sport = :2 and dport = :3", "( sport = :1 or sport = :2 and dport = :3 )",
      "not sport = :1 or sport = :2 && dport = :3", "src ::1", "dst fe80::1234", "src ::",
      "src ::1:80",
    ])
  func uncertain(text: String) {
    #expect(throws: NotAnswered.self) { try SSArguments(["-t"] + split(text)) }
  }

  @Test("the services that are named")
  func services() throws {
    let line = "-t ( sport = :http or dport = :8080 ) and src 10.0.0.1:ssh"
    #expect(try SSArguments(split(line)).query.services == ["http", "ssh"])
  }

  @Test("after a word an option is none to POSIX")
  func posix() throws {
    #expect(throws: NotAnswered("-a")) {
      try SSArguments(split("-t sport = :80 -a"), isPOSIX: true)
    }
    #expect(try SSArguments(split("-ta sport = :80"), isPOSIX: true).query.states == .ssAll)
    #expect(try SSArguments(split("-t sport = :80 -a")).query.states == .ssAll)
  }

  @Test("a family and an address of another, and a condition on unix sockets")
  func families() throws {
    _ = try SSArguments(split("-4t src 127.0.0.1"))
    _ = try SSArguments(split("-6t src [::1]"))
    for line in ["-6t src 127.0.0.1", "-4t src [::1]", "-46t src 127.0.0.1", "-tx sport = :80"] {
      #expect(throws: NotAnswered.self) { try SSArguments(split(line)) }
    }
  }
}
