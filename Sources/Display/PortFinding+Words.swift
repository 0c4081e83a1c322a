internal import SocketModel

extension PortFinding {
  /// What is known and how, as whole sentences.
  func sentence(_ question: PortQuestion) -> String { words(question).asSentence }

  private func words(_ question: PortQuestion) -> String {
    switch self {
    case .listener(let sockets):
      return "\(sockets.subject) listens on \(sockets.places)."
    case .sharedListeners(let sockets, let asking): return Self.shared(sockets, asking)
    case .bound(let sockets):
      return
        "\(sockets.subject) is bound to \(sockets.places) and does not listen: a second server's "
        + "bind(2) or listen(2) fails."
    case .datagramSocket(let sockets):
      return sockets.allSatisfy { !$0.socket.isConnected }
        ? "\(sockets.subject) receives UDP on \(sockets.places)."
        : "\(sockets.subject) has UDP at \(sockets.places)."
    case .systemdSocket(let unit, let sockets):
      let (what, it) =
        sockets.count == 1 ? ("This socket was", "it") : ("These sockets were", "them")
      return "\(what) made by systemd for \(unit), which keeps \(it) when the service stops."
    case .unheld(let sockets):
      return
        "No process has a descriptor of \(sockets.places): it is on its way from one process to "
        + "another (SCM_RIGHTS), registered with io_uring, or the kernel's own."
    case .timeWait(let connections, let canBeBound):
      let rest =
        canBeBound
        ? "a server that sets SO_REUSEADDR can have the port now (bind(2) with it worked), and one "
          + "that does not can't."
        : "SO_REUSEADDR does not help, since the old socket had not set it."
      return "\(connections.text("connection", "connections")) in TIME_WAIT "
        + "(\(connections.sockets.ends)) \(connections.count == 1 ? "holds" : "hold") the port for "
        + "at most a minute: \(rest)"
    case .connection(let connections, let canBeBound):
      let rest =
        canBeBound
        ? "a server that sets SO_REUSEADDR can have the port beside "
          + "\(connections.count == 1 ? "it" : "them") (bind(2) with it worked)."
        : "SO_REUSEADDR does not help, since \(connections.count == 1 ? "it was not" : "not all were") "
          + "made with it."
      return "\(connections.subject) \(connections.text("a live connection", "live connections")) "
        + "at the port (\(connections.sockets.ends)): \(rest)"
    case .clientPort(let connections, let canBeBound, let clients):
      let rest =
        canBeBound
        ? "A server that sets SO_REUSEADDR can have it as well (bind(2) with it worked)."
        : "Nobody else can have it until that ends."
      return "\(connections.subject) it as the local end of "
        + "\(connections.text("a connection", "connections")) (\(connections.sockets.ends)): the "
        + "kernel gives ports \(clients.text) to clients (net.ipv4.ip_local_port_range). \(rest)"
    case .unseenSocket(let showsBound):
      return "bind(2) says that it is in use, and no row of the kernel's table has it"
        + (showsBound
          ? "." : ": sockets that are bound and no more are not shown here.")
    case .portsUsedUp(let used, let clients, let end): return Self.usedUp(used, clients, end)
    case .privilegedPort(let lowest):
      return "Ports below \(lowest) (net.ipv4.ip_unprivileged_port_start) take "
        + "CAP_NET_BIND_SERVICE, which is missing here: bind(2) fails with EACCES. A unit gets it by "
        + "AmbientCapabilities=CAP_NET_BIND_SERVICE."
    case .policy(let words):
      return
        "bind(2) is not permitted (\(words)): by a cgroup's program, as SocketBindDeny= makes it, "
        + "by seccomp or by a security module."
    case .addressNotLocal(let address):
      if address.isLoopback {
        return "\(address) can't be bound (EADDRNOTAVAIL): "
          + (address.family == .ipv6
            ? "IPv6 is off on the loopback interface, or that is down."
            : "the loopback interface is down.")
      }
      return "\(address) is not an address of this host (EADDRNOTAVAIL)."
    case .noFamily(let family):
      return ProbeResult.Failure.noFamily(family).words + " (EAFNOSUPPORT)."
    case .zoneMissing(let address):
      return "\(address) is link-local and needs its zone, e.g. [\(address)%eth0]:\(question.port)."
    case .notTried(let words): return "bind(2) could not be asked: \(words)."
    case .tableIncomplete(let words): return "No row has it, but \(words)."
    case .loopbackOnly(let sockets):
      return "Only this host reaches \(sockets.places): that is a loopback address."
    case .deviceOnly(let sockets):
      return "Only what comes in over that interface reaches \(sockets.places) (SO_BINDTODEVICE)."
    case .v6Only(let sockets):
      return "IPv6 alone reaches \(sockets.places): it refuses IPv4 (IPV6_V6ONLY)."
    case .otherHosts(let sockets):
      return "Other hosts reach \(sockets.places), unless something on the way keeps them off."
    case .addressGone(let sockets):
      return "Nobody reaches \(sockets.places), unless a route makes it local: "
        + "no interface has that address."
    case .queueFull(let socket):
      let queue = socket.socket
      return "The accept queue of \(queue.listenerName) is full "
        + "(\(grouped(Int(queue.receiveQueue))) wait, the limit is \(grouped(Int(queue.sendQueue)))), and "
        + "new connections are dropped"
        + (socket.drops.map { $0 > 0 ? ": \(grouped($0, "segment", "segments")) so far." : "." }
          ?? ".")
    case .dropped(let socket): return Self.dropped(socket)
    case .notAccepted(let socket, let milliseconds):
      return "A connection to \(socket.socket.listenerName) has waited for "
        + "\(Quantity.interval(.milliseconds(Int64(clamping: milliseconds)))) or more to be accepted "
        + "(\(grouped(Int(socket.socket.receiveQueue))) in the queue): the program does not call accept(2)."
    case .stopped(let socket):
      return
        "\([socket].subject) \(socket.processes.count == 1 ? "is" : "are") stopped (state T) and "
        + "\(socket.processes.count == 1 ? "answers" : "answer") nobody."
    case .freeAddresses(let places): return Self.free(places)
    case .otherAddress(let sockets): return sockets.list + "."
    case .otherProtocol(let sockets):
      let kind = sockets.first.map { "\($0.socket.kind.name)".uppercased() } ?? ""
      return "\(kind) has ports of its own: \(sockets.list)."
    case .otherNamespaces(let sockets):
      let list = sockets.prefix(3).map { socket in
        let place = socket.namespace.name.map { "the network namespace '\($0)'" }
        return "in \(place ?? "another network namespace") \(socket.statement)"
      }
      let more = sockets.count > 3 ? "; \(sockets.count - 3) more" : ""
      return list.joined(separator: "; ") + more + "."
    case .reservedPort(let port):
      return
        "Port \(port) is among net.ipv4.ip_local_reserved_ports: the kernel gives it to no client, "
        + "and a server can bind it."
    case .hiddenOwners(let sentence): return sentence + "."
    }
  }

  private static func shared(_ sockets: [PortSocket], _ asking: UInt32) -> String {
    let subjects = sockets.prefix(3).map { [$0].subject }
    let more = sockets.count > 3 ? " and \(sockets.count - 3) more" : ""
    let user = sockets.first?.user ?? "the same user"
    let isOther = sockets.first?.socket.uid != asking
    return subjects.joined(separator: ", ") + more
      + " listen together on \(Array(sockets.prefix(1)).places), as SO_REUSEPORT allows: only another "
      + "socket of user \(user) that sets it can join them"
      + (isOther ? ", and you are not that user." : ".")
  }

  private static func usedUp(_ used: Int, _ clients: PortsForClients, _ end: IPEndpoint?) -> String
  {
    let reserved = clients.range.count - clients.count
    return "All \(grouped(used)) ports that the kernel gives to clients (\(clients.text), "
      + "net.ipv4.ip_local_port_range"
      + (reserved == 0 ? "" : ", but for \(grouped(reserved)) that are reserved") + ") are in use"
      + (end.map { " by connections to \($0): connect(2) fails with EADDRNOTAVAIL." } ?? ".")
  }

  private static func dropped(_ socket: PortSocket) -> String {
    let count = socket.drops ?? 0
    if socket.socket.kind == .udp {
      return "\(grouped(count, "datagram", "datagrams")) to \(socket.socket.local) "
        + "\(count == 1 ? "was" : "were") lost: the receive buffer was full."
    }
    return "\(grouped(count, "segment", "segments")) of new connections to "
      + "\(socket.socket.listenerName) \(count == 1 ? "was" : "were") dropped since it began to listen "
      + "(retries count again), most often for a full accept queue; its limit is "
      + "\(grouped(Int(socket.socket.sendQueue)))."
  }

  private static func free(_ places: [PortPlace]) -> String {
    let names = places.prefix(4).map { place -> String in
      if !place.address.isUnspecified { return "\(place.address)" }
      return place.address.family == .ipv4
        ? "0.0.0.0 (IPv4 alone)" : "[::] (IPv6 alone, with IPV6_V6ONLY)"
    }
    let more = places.count > 4 ? " and \(places.count - 4) more addresses" : ""
    return "It is free on \(names.joined(separator: ", "))\(more)."
  }
}

extension PortsForClients {
  /// `32768-60999`
  fileprivate var text: String { "\(range.lowerBound)-\(range.upperBound)" }
}

/// `1 segment`, `1,204 segments`.
private func grouped(_ count: UInt64, _ one: String, _ many: String) -> String {
  "\(grouped(Int(clamping: count))) \(count == 1 ? one : many)"
}

extension String {
  /// As a sentence begins, unless that is a name: `bind(2)`, `fe80::1`.
  fileprivate var asSentence: String {
    prefix { $0 != " " }.allSatisfy(\.isLetter) ? prefix(1).uppercased() + dropFirst() : self
  }
}

extension [PortSocket] {
  /// Who holds them: `812/nginx (+4) (user www-data, nginx.service)`.
  fileprivate var subject: String {
    guard let first else { return "somebody" }
    let origin = [
      first.user.map { "user \($0)" }, first.unit, first.container.map { "container \($0)" },
    ].compactMap { $0 }.joined(separator: ", ")
    return first.holder + (origin.isEmpty ? "" : " (\(origin))")
  }

  /// Where they are: `127.0.0.1:80, [::1]:80 and 3 more`.
  fileprivate var places: String {
    var seen: Set<String> = []
    let names = map(\.place).filter { seen.insert($0).inserted }
    let more = names.count > 3 ? " and \(names.count - 3) more" : ""
    return names.prefix(3).joined(separator: ", ") + more
  }

  /// Both ends of connections.
  fileprivate var ends: String {
    let ends = prefix(1).map { "\($0.socket.local) to \($0.socket.remote)" }
    return ends.joined()
  }

  /// What each does.
  fileprivate var list: String {
    let more = count > 3 ? "; \(count - 3) more" : ""
    return prefix(3).map(\.statement).joined(separator: "; ") + more
  }
}

extension PortConnections {
  /// Who has them, with the verb.
  fileprivate var subject: String {
    let isOne = Set(sockets.map(\.pids)).count == 1
    return (isOne ? sockets.subject : "\(sockets.subject) and others") + (isOne ? " has" : " have")
  }

  fileprivate func text(_ one: String, _ many: String) -> String {
    let one = one.hasPrefix("a ") ? one : "1 \(one)"
    return count == 1 ? one : "\(grouped(count)) \(many)"
  }
}

extension PortSocket {
  /// `812/nginx (+4)`, or who it is where nobody is seen.
  fileprivate var holder: String {
    if let first = processes.first {
      let name =
        "\(first.pid)" + (first.name.map { "/\($0)" } ?? "")
        + (first.forwardsTo.map { " -> \($0)" } ?? "")
      let others = processes.count - 1
      let more = others > 0 ? "+\(others)" : ""
      let hidden = ownerStatus == .partial ? "+?" : ""
      let rest = [more, hidden].filter { !$0.isEmpty }.joined(separator: ", ")
      return name + (rest.isEmpty ? "" : " (\(rest))")
    }
    switch ownerStatus {
    case .hidden, .partial: return "a process that you may not see"
    case .unheld: return "a socket without a descriptor"
    case .none, .queued, .kernel: return "the kernel"
    case .known, .notAsked: return "somebody"
    }
  }

  /// `*:80 (IPv4 and IPv6)`, `0.0.0.0:80 on eth0`.
  fileprivate var place: String {
    let name = socket.isListening ? socket.listenerName : "\(socket.local)"
    let isDual = socket.isListening && socket.isDualStackWildcard && socket.v6Only == .no
    return name + (isDual ? " (IPv4 and IPv6)" : "") + (interface.map { " on \($0)" } ?? "")
      + (socket.kind == .udp && socket.isConnected ? " to \(socket.remote)" : "")
  }

  /// `812/nginx listens on 127.0.0.1:80`.
  fileprivate var statement: String {
    let verb =
      if socket.kind == .udp { "receives on" } else if socket.isListening { "listens on" } else {
        "is bound to"
      }
    return "\([self].subject) \(verb) \(place)"
  }
}
