internal import KernelFormats
internal import SocketModel

/// What has to be asked of the kernel so that a query can be answered.
enum DiagPlan {
  /// The requests, each for one walk; none where no row can be wanted.
  static func requests(for query: Query) -> [InetDiagRequest] {
    let program = InetDiagBytecode.program(for: pushdown(of: query))
    return forms(for: query).compactMap { form in
      var request = InetDiagRequest(form, bytecode: program)
      request.extensions = InetDiagRequest.extensions(for: query.needs, of: request.socketKind)
      let states = states(query.states, of: request.socketKind)
      return states.isEmpty ? nil : request.asking(states)
    }
  }

  /// One walk for TCP of both families. IPv4 alone has to see IPv6 sockets too: a dual-stack server
  /// is one of theirs, and its IPv4 connections are v4-mapped rows.
  private static func forms(for query: Query) -> [InetDiagRequest.Form] {
    if query.families.isEmpty || query.pushdown == .nothing { return [] }
    let onlyV6 = query.families == .ipv6
    var forms: [InetDiagRequest.Form] = []
    if query.protocols.contains(.tcp) { forms = onlyV6 ? [.byFamily(.tcp, .ipv6)] : [.tcp] }
    for kind in SocketKind.allCases
    where kind != .tcp && kind.ipProtocol != nil && query.protocols.contains(kind) {
      forms += onlyV6 ? [] : [.byFamily(kind, .ipv4)]
      forms.append(.byFamily(kind, .ipv6))
    }
    return forms
  }

  /// No table holds a closed TCP socket, and the bit alone makes the kernel walk all of them; bound
  /// ones, which the kernel reports as closed, have a bit of their own. So `-l` asks for LISTEN alone.
  private static func states(_ states: StateSet, of kind: SocketKind) -> StateSet {
    !kind.isDatagram ? states.subtracting(StateSet(.closed)) : states
  }

  /// The query's own, and for IPv4 alone that one end be IPv4 or v4-mapped, or this one any.
  private static func pushdown(of query: Query) -> Pushdown {
    guard query.families == .ipv4, let ipv4 = IPPrefix(.unspecified(.ipv4), length: 0),
      let dualStack = IPPrefix(.unspecified(.ipv6), length: 128)
    else { return query.pushdown }
    return query.pushdown
      && (.prefix(.local, ipv4) || .prefix(.remote, ipv4) || .prefix(.local, dualStack))
  }

  /// What to ask instead of a request that the kernel refused; empty where nothing is left to try.
  static func instead(of request: InetDiagRequest) -> [InetDiagRequest] {
    if !request.bytecode.isEmpty {
      var plain = request
      plain.bytecode = []
      return [plain]
    }
    guard request.form == .tcp else { return [] }
    return IPAddress.Family.allCases.map { family in
      InetDiagRequest(
        .byFamily(.tcp, family), states: request.states, extensions: request.extensions)
    }
  }
}

extension InetDiagRequest {
  fileprivate func asking(_ states: StateSet) -> InetDiagRequest {
    var request = self
    request.states = states
    return request
  }
}
