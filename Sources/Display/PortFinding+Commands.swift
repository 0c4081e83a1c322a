internal import SocketModel

extension PortFinding {
  /// What to type to mend it, or to know more; each a whole command line.
  func commands(_ question: PortQuestion) -> [String] {
    let port = "\(question.port)"
    let protocolWord = question.kind == .udp ? ["udp"] : []
    let wait = shellWords(["sockeye", "wait", port, "--free"] + protocolWord)
    switch self {
    case .listener(let sockets), .bound(let sockets), .datagramSocket(let sockets):
      return sockets.ending(port)
    case .sharedListeners(let sockets, _):
      var commands: [String] = []
      for command in sockets.flatMap({ [$0].ending(port) }) where !commands.contains(command) {
        commands.append(command)
      }
      return commands
    case .systemdSocket(let unit, _): return [shellWords(["systemctl", "stop", unit])]
    case .unheld: return ["grep -s 'scm_fds:.*[1-9]' /proc/[0-9]*/fdinfo/*"]
    case .timeWait(_, let canBeBound): return canBeBound ? [] : [wait]
    case .connection(let connections, let canBeBound):
      return canBeBound ? [] : connections.sockets.ending(port) + [wait]
    case .clientPort(let connections, let canBeBound, let clients):
      let ports = (clients.reserved + [question.port...question.port]).map {
        $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
      }
      let reserve = "sysctl -w net.ipv4.ip_local_reserved_ports=\(ports.joined(separator: ","))"
      return (canBeBound ? [] : connections.sockets.ending(port)) + [reserve]
    case .unseenSocket: return ["sudo sockeye bound lport=\(port)"]
    case .portsUsedUp(_, _, let end):
      let terms = end.map { ["rport=\($0.port)", "dst", "\($0.address)"] } ?? protocolWord
      return [
        shellWords(["sockeye", "stats", "--by", "process"] + terms),
        "sysctl -w net.ipv4.ip_local_port_range='16384 60999'",
      ]
    case .privilegedPort:
      return [
        "setcap cap_net_bind_service=+ep PROGRAM",
        "sysctl -w net.ipv4.ip_unprivileged_port_start=\(port)",
      ]
    case .policy: return ["systemctl show -p SocketBindDeny -p SocketBindAllow UNIT"]
    case .addressNotLocal(let address):
      if !address.isLoopback { return ["ip address"] }
      return [
        address.family == .ipv6
          ? "sysctl -w net.ipv6.conf.lo.disable_ipv6=0" : "ip link set lo up"
      ]
    case .noFamily, .zoneMissing, .notTried, .tableIncomplete: return []
    case .loopbackOnly, .deviceOnly, .v6Only, .otherHosts, .freeAddresses: return []
    case .addressGone: return ["ip address"]
    case .otherAddress, .otherProtocol, .reservedPort, .hiddenOwners: return []
    case .queueFull, .dropped, .notAccepted:
      return [shellWords(["sockeye", "watch", "lport=\(port)"])]
    case .stopped(let socket): return [shellWords(["kill", "-CONT"] + socket.pids.map { "\($0)" })]
    case .otherNamespaces(let sockets):
      if sockets.count > 3 {
        return [shellWords(["sockeye", "--everywhere", "-l", "lport=\(port)"])]
      }
      return sockets.compactMap { socket in
        (socket.namespace.name ?? socket.pids.first.map { "\($0)" }).map {
          shellWords(["sockeye", "why", "-N", $0, port] + protocolWord)
        }
      }
    }
  }
}

extension [PortSocket] {
  /// How to end who has them.
  fileprivate func ending(_ port: String) -> [String] {
    guard let first else { return [] }
    // The unit of a socket is a finding of its own.
    if first.socketUnit != nil { return [] }
    if let container = first.containerOwner, container.maker == nil,
      let words = container.stopping
    {
      return [shellWords(words)]
    }
    if let unit = first.unit, unit.hasSuffix(".service"), !unit.contains("/") {
      return [shellWords(["systemctl", "stop", unit])]
    }
    let pids = first.pids.filter { $0 != 1 }
    if pids.isEmpty { return [] }
    if pids.count > 8 { return ["sockeye --pids -l lport=\(port) | xargs kill"] }
    return [shellWords(["kill"] + pids.map { "\($0)" })]
  }
}

extension CgroupOwner.Container {
  /// Nil where something else would start it again, or nobody knows its runtime.
  fileprivate var stopping: [String]? {
    switch runtime {
    case .docker: ["docker", "stop", shortID]
    case .podman: ["podman", "stop", shortID]
    case .lxc: ["lxc-stop", "-n", shortID]
    case .nspawn: ["machinectl", "poweroff", shortID]
    case .containerd, .crio, nil: nil
    }
  }
}
