import SocketFilter
import SocketModel
import Testing

@Suite struct FilterQuestionTests {
  @Test(
    arguments: [
      ("all", nil), ("listening", nil), ("nginx", nil), ("user=root", nil), ("rtt>5", nil),
      ("8080", .all), (":53 listening", .all), ("10.0.0.5", .all), ("exposed", .all),
      ("loopback", .all),
      ("reaches=:80", .all), ("lport=22", .all), ("remote=10.0.0.0/8", .all), ("autobound", .all),
      ("udp", .udp), ("tcp", .tcp), ("udp 53", .udp), ("tcp 53", .tcp), ("not udp", .tcp),
      ("tcp or udp", .all), ("udp 53 or 8080", .all), ("protocol=tcp,udp", .all),
      ("nginx udp", .udp), ("not (udp or 22)", .tcp),
    ] as [(String, SocketKindSet?)])
  func protocols(_ text: String, _ expected: SocketKindSet?) throws {
    #expect(try filter(text).protocols == expected)
  }

  @Test(
    arguments: [
      ("8080", []), ("user=root", []), ("user=r*", .userNames), ("pid=1", .owners),
      ("fd=1", .owners),
      ("owner_status=none", .owners), ("nginx", [.owners, .processNames, .commands]),
      ("command=x", [.owners, .processNames, .commands]), ("rtt>1", .tcpInfo),
      ("rx_bytes>1 drops>0", [.tcpInfo, .memory]), ("cgroup=/system.slice", .cgroups),
      ("fwmark=1", .marks), ("not (8080 or congestion=bbr)", .congestion), ("dev lo", .interfaces),
      ("cookie>5 v6only=true", [.cookies, .v6only]), ("bound 8080", []),
    ] as [(String, Needs)])
  func needs(_ text: String, _ expected: Needs) throws {
    #expect(try filter(text).needs == expected)
    var question = Question(needs: .hostNames)
    try filter(text).narrow(&question)
    #expect(question.needs == expected.union(.hostNames))
  }

  @Test(
    arguments: [
      ("drops>0 rtt>100ms", [.memory(.drops), .tcpInfo(.rtt)]),
      (
        "not (cwnd<10 or rtt>5)",
        [
          .tcpInfo(.snd_cwnd), .tcpInfo(.rtt),
        ]
      ), ("user!=root user=ann", [.user]), ("fwmark=1", [.mark]), ("nginx 22 listening", []),
      ("port=22 host=10.0.0.5 state time-wait", []), ("a\\=b", [.process]),
      ("sport 22", [.localPort]),
    ] as [(String, [Field])])
  func comparedFields(_ text: String, _ expected: [Field]) throws {
    #expect(try filter(text).comparedFields == expected)
  }

  /// /proc has none of these sockets, and says so.
  @Test(arguments: [
    ("bound 8080", true), ("state=bound nginx", true), ("bound or listening", false),
    ("8080", false), ("not bound", false),
  ])
  func whatIsOfBoundSocketsAlone(text: String, isOfBoundAlone: Bool) throws {
    var question = Question(protocols: .all)
    try filter(text).narrow(&question)
    #expect(question.isOfBoundAlone == isOfBoundAlone)
  }

  /// `sockeye -l exclaimd` ignored -l: the name of the process begins like `exclude`.
  @Test(arguments: [
    ("state listening", true), ("exclude time-wait", true), ("excl time-wait", true),
    ("22 or (state established nginx)", true), ("exclaimd", false), ("exclude", false),
    ("excl*", false), (#""state x""#, false), ("listening", false), ("state=listening", false),
    ("all", false),
  ])
  func whatReplacesTheStatesOfOptions(text: String, replaces: Bool) throws {
    let filter = try filter(text)
    #expect(filter.replacesStates == replaces)
    #expect(try SocketFilterTests.filter("\(filter)").replacesStates == replaces)
  }

  @Test func listeningAsksTheKernelForLittle() throws {
    var question = Question()
    try filter("listening :443").narrow(&question)
    #expect(question.states == StateSet(.listening))
    #expect(
      question.narrowing == .any([.port(.local, 443...443), .port(.remote, 443...443)]))
    question = Question(protocols: .all)
    try filter("listening").narrow(&question)
    #expect(question.states == .listening)
    question = Question(protocols: .udp)
    try filter("exposed").narrow(&question)
    #expect(question.states == StateSet(.closed))
  }

  @Test(
    arguments: [
      ("nginx", .everything), ("nginx 22 or user=root", .everything), ("not 10.0.0.5", .everything),
      ("sport = 22", .port(.local, 22...22)), ("not all", .nothing),
      ("lport!=22", .any([.port(.local, 0...21), .port(.local, 23...65535)])),
      ("lport>65535", .nothing), ("lport>=0", .everything),
      ("dst 10.0.0.5:22", .all([.port(.remote, 22...22), .prefix(.remote, prefix("10.0.0.5"))])),
      ("not (lport!=22 or nginx)", .port(.local, 22...22)),
      ("src 10/8 nginx", .prefix(.local, prefix("10.0.0.0", 8))),
    ] as [(String, Narrowing)])
  func narrowing(_ text: String, _ expected: Narrowing) throws {
    var question = Question()
    try filter(text).narrow(&question)
    #expect(question.narrowing == expected)
  }

  private static func prefix(_ text: String, _ length: Int = 32) -> IPPrefix {
    let address = IPAddress(text) ?? .unspecified(.ipv4)
    return IPPrefix(address, length: length) ?? IPPrefix(address)
  }

  @Test func manyPortsBecomeOneRange() throws {
    let odd = stride(from: 1, to: 2001, by: 2).map(String.init).joined(separator: ",")
    var question = Question()
    try filter("lport=" + odd).narrow(&question)
    #expect(question.narrowing == .port(.local, 1...1999))
  }

  /// The options' own wishes stay.
  @Test func aQuestionIsOnlyNarrowed() throws {
    var question = Question(
      protocols: .udp, families: .ipv4, states: StateSet(.established),
      narrowing: .port(.local, 1...1))
    try filter("ipv6 connected sport = 2").narrow(&question)
    #expect(question.protocols == .udp)
    #expect(question.families == .ipv4)
    #expect(question.states == StateSet(.established))
    #expect(question.narrowing == .all([.port(.local, 1...1), .port(.local, 2...2)]))
    Filter.everything.narrow(&question)
    #expect(question.states == StateSet(.established))
    question = Question(onlyListening: true)
    try filter("closed").narrow(&question)
    #expect(question.onlyListening && question.states == StateSet(.closed))
  }

  /// `state=listening,closed` lost the closed TCP socket that `state=closed` finds.
  @Test(arguments: ["closed", "state=closed", "state=listening,closed", "state closed"])
  func aClosedSocketIsNotLostAmongStates(text: String) throws {
    let snapshot = SnapshotBuilder(sockets: [tcp("10.0.0.5:80", "", .closed)]).frozen()
    var question = Question()
    let filter = try filter(text)
    filter.narrow(&question)
    #expect(filter.select(from: snapshot, for: question).rows == [0])
  }
}
