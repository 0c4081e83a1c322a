internal import KernelFormats
internal import SocketModel

/// What has to be asked of the kernel so that a question can be answered.
enum DiagPlan {
  /// The requests, each for one walk; none where no row can be wanted.
  static func requests(for question: Question) -> [InetDiagRequest] {
    let program = InetDiagBytecode.program(for: narrowing(of: question))
    let extensions = InetDiagRequest.extensions(for: question.needs)
    return forms(for: question).compactMap { form in
      let request = InetDiagRequest(form, extensions: extensions, bytecode: program)
      let states = states(question.states, of: request.socketKind)
      return states.isEmpty ? nil : request.asking(states)
    }
  }

  /// One walk for TCP of both families. IPv4 alone has to see IPv6 sockets too: a dual-stack server
  /// is one of theirs, and its IPv4 connections are v4-mapped rows.
  private static func forms(for question: Question) -> [InetDiagRequest.Form] {
    if question.families.isEmpty || question.narrowing == .nothing { return [] }
    let onlyV6 = question.families == .ipv6
    var forms: [InetDiagRequest.Form] = []
    if question.protocols.contains(.tcp) { forms = onlyV6 ? [.byFamily(.tcp, .ipv6)] : [.tcp] }
    for kind in SocketKind.allCases where kind.isDatagram && question.protocols.contains(kind) {
      forms += onlyV6 ? [] : [.byFamily(kind, .ipv4)]
      forms.append(.byFamily(kind, .ipv6))
    }
    return forms
  }

  /// No table holds a closed TCP socket, and the bit alone makes the kernel walk all of them; bound
  /// ones, which the kernel reports as closed, have a bit of their own. So `-l` asks for LISTEN alone.
  private static func states(_ states: StateSet, of kind: SocketKind) -> StateSet {
    kind == .tcp ? states.subtracting(StateSet(.closed)) : states
  }

  /// The question's own, and for IPv4 alone that one end be IPv4 or v4-mapped, or this one any.
  private static func narrowing(of question: Question) -> Narrowing {
    guard question.families == .ipv4, let ipv4 = IPPrefix(.unspecified(.ipv4), length: 0),
      let dualStack = IPPrefix(.unspecified(.ipv6), length: 128)
    else { return question.narrowing }
    return question.narrowing
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
