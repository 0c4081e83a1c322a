import Testing

@testable import SocketModel

/// Why a port can't be had, decided from rows that are made here.
@Suite struct PortDiagnosisTests {
  private static let any4 = IPAddress.unspecified(.ipv4)
  private static let any6 = IPAddress.unspecified(.ipv6)
  private static let home = IPAddress.loopback(.ipv4)

  private static func socket(
    _ address: IPAddress, _ state: TCPState = .listening, kind: SocketKind = .tcp,
    port: UInt16 = 80, inode: UInt64 = 1, v6Only: Socket.V6Only = .no, interface: UInt32 = 0,
    waiting: UInt32 = 0, limit: UInt32 = 8
  ) -> Socket {
    let remote =
      [.listening, .bound, .closed].contains(state)
      ? Endpoint.unspecified(address.family) : Endpoint(home, 50_000)
    return Socket(
      kind, local: Endpoint(address, port), remote: remote, state: state, receiveQueue: waiting,
      sendQueue: limit, inode: inode, cookie: inode, interface: interface, v6Only: v6Only)
  }

  private static func facts() -> PortFacts {
    var facts = PortFacts()
    facts.addresses = [home, .loopback(.ipv6), IPAddress(v4: 0x0a00_0005)]
    facts.mayBindPrivileged = true
    return facts
  }

  private func diagnosis(
    _ sockets: [Socket], _ kind: SocketKind = .tcp, _ port: UInt16 = 80,
    at places: [IPAddress] = [], facts: PortFacts = Self.facts(), gap: ReadGap? = nil
  ) -> PortDiagnosis {
    var builder = SnapshotBuilder(sockets: sockets)
    builder.table.gap = gap
    let snapshot = builder.frozen()
    let rows = Listing(snapshot, rows: Array(0..<UInt32(snapshot.count)))
    return PortDiagnosis(
      PortQuestion(kind, port, at: places.map { PortPlace($0) }), in: rows, facts)
  }

  private func names(_ answer: PortAnswer) -> [String] { answer.findings.map(\.name) }

  /// Both can't have one port (`inet_rcv_saddr_equal`).
  @Test(
    arguments: [
      (any4, any4, .yes), (any4, home, .yes), (home, any4, .yes), (home, home, .yes),
      (IPAddress(v4: 0x0a00_0005), home, .no), (any6, home, .yes), (any6, any4, .yes),
      (home, any6, .yes), (.loopback(.ipv6), home, .no), (.loopback(.ipv6), any6, .yes),
      (home, .loopback(.ipv6), .no), (any6, .loopback(.ipv6), .yes),
      (IPAddress(v6: 0xffff_7f00_0001), home, .yes),
    ] as [(IPAddress, IPAddress, Answer)])
  func addressesOverlap(asked: IPAddress, row: IPAddress, answer: Answer) {
    #expect(PortPlace(asked).overlaps(Self.socket(row)) == answer)
  }

  @Test func anIPv6WildcardMayRefuseIPv4() {
    let place = PortPlace(Self.home)
    #expect(place.overlaps(Self.socket(Self.any6, v6Only: .yes)) == .no)
    #expect(place.overlaps(Self.socket(Self.any6, v6Only: .unknown)) == .cantTell)
    #expect(PortPlace(Self.any6, isV6Only: true).overlaps(Self.socket(Self.any4)) == .no)
    let zone = PortPlace(IPAddress(v6: 0xfe80 << 112 | 1), interface: 2)
    #expect(zone.overlaps(Self.socket(zone.address, interface: 3)) == .no)
    #expect(zone.overlaps(Self.socket(zone.address, interface: 2)) == .yes)
  }

  /// bind(2) is asked of TCP where no row decides, of UDP where one has the port and none the address.
  @Test func asksBindWhereRowsDoNotDecide() {
    let udp = Self.socket(Self.home, .closed, kind: .udp)
    #expect(diagnosis([]).wantsTrial)
    #expect(!diagnosis([Self.socket(Self.home)]).wantsTrial)
    #expect(!diagnosis([Self.socket(Self.home, .bound)]).wantsTrial)
    #expect(diagnosis([Self.socket(Self.home, .timeWait)]).wantsTrial)
    #expect(diagnosis([Self.socket(Self.home)], at: [IPAddress(v4: 0x0a00_0005)]).wantsTrial)
    #expect(!diagnosis([], .udp).wantsTrial)
    #expect(!diagnosis([udp], .udp).wantsTrial)
    #expect(diagnosis([udp], .udp, at: [IPAddress(v4: 0x0a00_0005)]).wantsTrial)
    #expect(!diagnosis([Self.socket(Self.home)], .udp).wantsTrial)
    #expect(diagnosis([], .tcp, 0).wantsTrial && !diagnosis([udp], .udp, 0).wantsTrial)
  }

  @Test(
    arguments: [
      (.bound, .free, []), (.inUse, .taken, ["unseen-socket"]),
      (.notPermitted("x"), .taken, ["privileged-port"]),
      (.notLocal(home), .taken, ["address-not-local"]), (.noFamily(.ipv6), .taken, ["no-family"]),
      (.zoneMissing(home), .taken, ["zone-missing"]), (.failed("x"), .cannotTell, ["not-tried"]),
    ] as [(BindOutcome, PortAnswer.Verdict, [String])])
  func bindSaysWhatRowsDoNot(trial: BindOutcome, verdict: PortAnswer.Verdict, found: [String]) {
    let answer = diagnosis([]).answer(trial)
    #expect(answer.verdict == verdict && names(answer) == found)
  }

  /// A port that anybody may bind is not refused for being privileged.
  @Test func aPolicyIsNoLackOfARight() {
    let answer = diagnosis([], .tcp, 8080).answer(.notPermitted("x"))
    #expect(answer.verdict == .taken && names(answer) == ["policy"])
  }

  @Test(arguments: [(BindOutcome.bound, PortFinding.Role.condition), (.inUse, .obstacle)])
  func whatIsLeftOfConnections(trial: BindOutcome, role: PortFinding.Role) {
    let rows = [Self.socket(Self.home, .timeWait, inode: 0), Self.socket(Self.home, .established)]
    let answer = diagnosis(rows).answer(trial)
    #expect(answer.verdict == (trial == .bound ? .free : .taken))
    #expect(names(answer).prefix(2) == ["connection", "time-wait"])
    #expect(answer.findings.prefix(2).allSatisfy { $0.role == role && $0.count == 1 })
    var facts = Self.facts()
    facts.clientPorts = PortsForClients(1...100)
    #expect(names(diagnosis(rows, facts: facts).answer(trial)).first == "client-port")
    facts.clientPorts.reserved = [70...90]
    #expect(
      Set(names(diagnosis(rows, facts: facts).answer(trial)))
        .isSuperset(of: ["connection", "reserved-port"]))
  }

  /// The rows alone decide of UDP, and only where all could be read.
  @Test func ofUDPRowsDecide() {
    #expect(diagnosis([], .udp).answer(nil).verdict == .free)
    let gap = diagnosis([], .udp, gap: .changing).answer(nil)
    #expect(gap.verdict == .cannotTell && names(gap) == ["table-incomplete"])
    #expect(diagnosis([], gap: .changing).answer(.bound).verdict == .free)
    var facts = Self.facts()
    facts.mayBindPrivileged = false
    #expect(names(diagnosis([], .udp, facts: facts).answer(nil)) == ["privileged-port"])
    facts.addressProblem = .notLocal(Self.home)
    #expect(names(diagnosis([], .udp, facts: facts).answer(nil)) == ["address-not-local"])
  }

  /// Where /proc does not tell whether a wildcard takes IPv4, bind(2) has told.
  @Test func aWildcardThatMayTakeIPv4() {
    let rows = [Self.socket(Self.any6, v6Only: .unknown)]
    let asked = diagnosis(rows, at: [Self.home])
    #expect(asked.wantsTrial)
    #expect(asked.answer(.bound).verdict == .free)
    #expect(names(asked.answer(.inUse)).first == "listener")
  }

  @Test func portsOfClientsRunOut() {
    var facts = Self.facts()
    facts.clientPorts = PortsForClients(100...103, reserved: [103...200])
    let rows = (100...102).map {
      Self.socket(Self.home, .established, port: UInt16($0), inode: UInt64($0))
    }
    let full = diagnosis(rows, .tcp, 0, facts: facts).answer(.inUse)
    #expect(full.findings == [.portsUsedUp(used: 3, facts.clientPorts, to: nil)])
    let datagrams = rows.map { row in
      var row = row
      row.kind = .udp
      return row
    }
    #expect(diagnosis(datagrams, .udp, 0, facts: facts).answer(nil).verdict == .taken)
    #expect(
      diagnosis(Array(datagrams.dropLast()), .udp, 0, facts: facts).answer(nil).verdict == .free)
    facts.portsUsedTowards = 3
    let end = IPAddress(v4: 0xc000_0207)
    #expect(
      diagnosis([], at: [end], facts: facts).answer(.notLocal(end)).findings == [
        .addressNotLocal(end),
        .portsUsedUp(used: 3, facts.clientPorts, to: IPEndpoint(end, 80)),
      ])
  }

  @Test func whoReachesAListener() {
    func found(_ sockets: [Socket]) -> [String] {
      names(diagnosis(sockets).answer(nil)).filter { $0 != "listener" && $0 != "free-addresses" }
    }
    #expect(found([Self.socket(Self.any4)]) == ["other-hosts"])
    #expect(found([Self.socket(Self.home)]) == ["loopback-only"])
    #expect(found([Self.socket(Self.any4, interface: 2)]) == ["device-only"])
    #expect(found([Self.socket(IPAddress(v4: 0x0a00_0005))]) == ["other-hosts"])
    #expect(found([Self.socket(IPAddress(v4: 0x0a00_0006))]) == ["address-gone"])
    #expect(found([Self.socket(Self.any6, v6Only: .yes)]) == ["other-hosts", "v6only"])
    // Another socket takes IPv4.
    #expect(
      found([Self.socket(Self.any6, v6Only: .yes), Self.socket(Self.any4, inode: 2)]) == [
        "other-hosts"
      ])
    #expect(
      found([Self.socket(Self.any4, waiting: 9, limit: 8)]) == ["other-hosts", "queue-full"])
    #expect(
      found([Self.socket(Self.any4), Self.socket(Self.any4, inode: 2)]) == [
        "shared-listeners", "other-hosts",
      ])
  }

  @Test func freeAddressesAreThoseThatNothingHas() {
    func free(_ sockets: [Socket]) -> [IPAddress] {
      for case .freeAddresses(let places) in diagnosis(sockets).answer(nil).findings {
        return places.map(\.address)
      }
      return []
    }
    #expect(free([Self.socket(Self.home)]) == [IPAddress(v4: 0x0a00_0005), Self.any6])
    #expect(free([Self.socket(Self.any4)]) == [Self.any6])
    #expect(free([Self.socket(Self.any6)]) == [])
    #expect(free([Self.socket(.loopback(.ipv6))]) == [Self.any4])
  }
}
