internal import KernelFormats
internal import SocketModel

/// What a recording was asked for, and so what it may be asked again: of anything else it holds no row, and
/// nobody knows whether there was one.
struct RecordedRequests {
  private var requests: [InetDiagRequest] = []
  /// Answers without a request, as `ss -D` writes them.
  private var hasUnasked = false

  /// Takes note of a dump that was answered; nil where the request is not there.
  mutating func add(_ request: InetDiagRequest?) {
    if let request { requests.append(request) } else { hasUnasked = true }
  }

  /// What keeps rows that the query asks for out of the recording; nil where it holds all of them.
  func gap(for query: Query) -> ReadGap? {
    var whole = query
    whole.pushdown = .everything
    // A recording of all rows holds those that a filter picks.
    let wholes = DiagPlan.requests(for: whole)
    let isHeld = DiagPlan.requests(for: query).allSatisfy { wanted in
      covers(wanted) || wholes.contains { $0.form == wanted.form && covers($0) }
    }
    if isHeld { return nil }
    if hasUnasked {
      return .recording(holds: "what ss -D was answered of TCP, and not what it asked for")
    }
    return .recording(holds: words)
  }

  /// The attributes that the query needs and that no request asked for.
  func unknown(for query: Query) -> Projection {
    if hasUnasked { return query.needs.intersection(.details) }
    var asked: UInt8 = requests.isEmpty ? 0 : .max
    for request in requests where query.protocols.contains(request.socketKind) {
      asked &= request.extensions
    }
    // Bit n is kind n + 1; kind 8 and those beyond come of themselves.
    let missing = (1...7).filter { asked & 1 << UInt8($0 - 1) == 0 }
    return missing.reduce(into: Projection()) { unknown, kind in
      unknown.formUnion(
        query.needs.intersection(Projection(SocketAttribute(rawValue: UInt16(kind)))))
    }
  }

  private func covers(_ wanted: InetDiagRequest) -> Bool {
    IPAddress.Family.allCases.allSatisfy { family in
      if !wanted.families.contains(family) { return true }
      var states = StateSet()
      for request in requests where request.answers(wanted, of: family) {
        states.formUnion(request.states)
      }
      return states.isSuperset(of: wanted.states.intersection(Self.reported))
    }
  }

  /// The kernel reports no others: a mask without them leaves out nothing.
  private static let reported = TCPState.named.reduce(into: StateSet()) {
    $0.formUnion(StateSet($1))
  }
}

extension InetDiagRequest {
  fileprivate var families: FamilySet {
    switch form {
    case .tcp: .all
    case .byFamily(_, let family): FamilySet(family)
    }
  }

  /// Whether its answers hold those to the other request, as far as their states go.
  fileprivate func answers(_ other: InetDiagRequest, of family: IPAddress.Family) -> Bool {
    socketKind == other.socketKind && families.contains(family)
      && (bytecode.isEmpty || bytecode == other.bytecode)
  }
}

// MARK: In words

extension RecordedRequests {
  /// `TCP in LISTENING, and nothing else`.
  private var words: String {
    var parts: [String] = []
    for kind in SocketKind.internet {
      let own = requests.filter { $0.socketKind == kind }
      // Mostly both families were asked the same.
      if let first = own.first, own.allSatisfy({ $0.isAlike(first) }) {
        let families = own.reduce(into: FamilySet()) { $0.formUnion($1.families) }
        parts.append(first.words(families))
      } else {
        parts += own.map { $0.words($0.families) }
      }
    }
    if parts.isEmpty { return "no answer" }
    let isNarrowed = requests.contains { !$0.bytecode.isEmpty }
    return parts.joined(separator: " and ")
      + (isNarrowed ? ", as far as a filter let them through" : ", and nothing else")
  }
}

extension InetDiagRequest {
  fileprivate func isAlike(_ other: InetDiagRequest) -> Bool {
    states == other.states && bytecode == other.bytecode
  }

  fileprivate func words(_ families: FamilySet) -> String {
    var words = "\(socketKind.name)".uppercased()
    if families == .ipv4 { words += " over IPv4" }
    if families == .ipv6 { words += " over IPv6" }
    return words + statesInWords
  }

  private var statesInWords: String {
    let possible = TCPState.named.filter {
      socketKind.isDatagram ? [.established, .closed].contains($0) : $0 != .closed
    }
    let held = possible.filter(states.contains)
    let others = possible.filter { !states.contains($0) }
    func names(_ states: [TCPState]) -> String {
      states.compactMap { $0.name(socketKind).map { "\($0)" } }.joined(separator: ", ")
    }
    if others.isEmpty { return " in all states" }
    return others.count < held.count ? " in all states but \(names(others))" : " in \(names(held))"
  }
}
