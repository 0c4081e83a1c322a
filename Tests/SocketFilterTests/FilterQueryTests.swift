import SocketFilter
import SocketModel
import Testing

@Suite struct FilterQueryTests {
  @Test(
    arguments: [
      ("all", nil), ("listening", nil), ("nginx", nil), ("user=root", nil), ("rtt>5", nil),
      ("8080", .all), (":53 listening", .all), ("10.0.0.5", .all), ("exposed", .all),
      ("loopback", .all),
      ("reaches=:80", .all), ("lport=22", .all), ("remote=10.0.0.0/8", .all), ("autobound", .all),
      ("udp", .udp), ("tcp", .tcp), ("udp 53", .udp), ("tcp 53", .tcp), ("not udp", .tcp),
      ("tcp or udp", .all), ("udp 53 or 8080", .all), ("protocol=tcp,udp", .all),
      ("nginx udp", .udp), ("not (udp or 22)", .tcp), ("unix", .unix), ("u_str", .unixStream),
      ("family=unix", .unix), ("tcp or unix", [.tcp, .unix]), ("not unix", .all), ("not tcp", .udp),
      ("src /run/*", .unix), ("dst @name nginx", .unix), ("peer_process=nginx", nil),
      ("local_path=/run/x", .unix), ("not src /run/*", .all), ("netid=u_dgr", .unixDatagram),
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
    ] as [(String, Projection)])
  func needs(_ text: String, _ expected: Projection) throws {
    #expect(try filter(text).needs == expected)
    var query = Query(needs: .hostNames)
    try filter(text).narrow(&query)
    #expect(query.needs == expected.union(.hostNames))
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
    var query = Query(protocols: .all)
    try filter(text).narrow(&query)
    #expect(query.isOfBoundAlone == isOfBoundAlone)
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
    var query = Query()
    try filter("listening :443").narrow(&query)
    #expect(query.states == StateSet(.listening))
    #expect(
      query.pushdown == .any([.port(.local, 443...443), .port(.remote, 443...443)]))
    query = Query(protocols: .all)
    try filter("listening").narrow(&query)
    #expect(query.states == .listening)
    query = Query(protocols: .udp)
    try filter("exposed").narrow(&query)
    #expect(query.states == StateSet(.closed))
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
    ] as [(String, Pushdown)])
  func pushdown(_ text: String, _ expected: Pushdown) throws {
    var query = Query()
    try filter(text).narrow(&query)
    #expect(query.pushdown == expected)
  }

  private static func prefix(_ text: String, _ length: Int = 32) -> IPPrefix {
    let address = IPAddress(text) ?? .unspecified(.ipv4)
    return IPPrefix(address, length: length) ?? IPPrefix(address)
  }

  @Test func manyPortsBecomeOneRange() throws {
    let odd = stride(from: 1, to: 2001, by: 2).map(String.init).joined(separator: ",")
    var query = Query()
    try filter("lport=" + odd).narrow(&query)
    #expect(query.pushdown == .port(.local, 1...1999))
  }

  /// The options' own wishes stay.
  @Test func aQuestionIsOnlyNarrowed() throws {
    var query = Query(
      protocols: .udp, families: .ipv4, states: StateSet(.established),
      pushdown: .port(.local, 1...1))
    try filter("ipv6 connected sport = 2").narrow(&query)
    #expect(query.protocols == .udp)
    #expect(query.families == .ipv4)
    #expect(query.states == StateSet(.established))
    #expect(query.pushdown == .all([.port(.local, 1...1), .port(.local, 2...2)]))
    Filter.everything.narrow(&query)
    #expect(query.states == StateSet(.established))
    query = Query(onlyListening: true)
    try filter("closed").narrow(&query)
    #expect(query.onlyListening && query.states == StateSet(.closed))
  }

  /// `state=listening,closed` lost the closed TCP socket that `state=closed` finds.
  @Test(arguments: ["closed", "state=closed", "state=listening,closed", "state closed"])
  func aClosedSocketIsNotLostAmongStates(text: String) throws {
    let snapshot = SnapshotBuilder(sockets: [tcp("10.0.0.5:80", "", .closed)]).frozen()
    var query = Query()
    let filter = try filter(text)
    filter.narrow(&query)
    #expect(filter.select(from: snapshot, for: query).rows == [0])
  }
}
