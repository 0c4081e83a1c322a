import Arguments
import LinuxSystem
import SocketModel

extension Target {
  /// The ports, in the order typed; service names looked up. Port 0 is for servers alone.
  func portNumbers(allowingZero: Bool = false) throws(ExitError) -> [UInt16] {
    var numbers: [UInt16] = []
    for entry in ports {
      switch entry {
      case .numbers(let range): numbers += Array(range)
      case .service(let name):
        let found: Set<UInt16>
        do throws(Errno) {
          found = try Services.ports(named: name)
        } catch {
          throw ExitError(
            .unreadable, "can't look up service '\(name)': \(explained(error))")
        }
        if found.isEmpty { throw ExitError(.wrongCommandLine, "no service is called '\(name)'") }
        numbers += found.sorted()
      }
    }
    if !allowingZero && numbers.contains(0) {
      throw ExitError(.wrongCommandLine, "invalid port 0: it cannot be connected to")
    }
    return numbers
  }

  /// Where the port is: the host's addresses, or without a host this host's loopback addresses. A
  /// name is looked up within the limit (nil: as long as it takes).
  func addresses(
    _ port: UInt16, families: FamilySet = .all, within limit: Duration?
  ) throws(ExitError) -> [SocketAddress] {
    do throws(Resolver.LookupError) {
      return try lookUp(port, families: families, within: limit)
    } catch {
      if error == .timedOut, let limit {
        throw ExitError(
          .unreadable, "cannot resolve \(host ?? ""): no answer within \(readable(limit))")
      }
      throw ExitError(.unreadable, "cannot resolve \(host ?? ""): \(error.words)")
    }
  }

  /// The same for a client.
  func reachable(_ port: UInt16, within limit: Duration?) throws(ExitError) -> [SocketAddress] {
    try addresses(port, families: clientFamilies, within: limit)
  }

  /// A bare port is looked for at the loopback addresses that there are: of a family that this host
  /// does not have there is nothing to say.
  var clientFamilies: FamilySet {
    guard host == nil, let addresses = Host.addresses else { return .all }
    let present = IPAddress.Family.allCases.filter {
      addresses.contains(SocketAddress(.loopback($0), 0))
    }
    let families = present.reduce(into: FamilySet()) { $0.insert(FamilySet($1)) }
    return families.isEmpty ? .all : families
  }

  /// The addresses for a caller who can try again.
  func lookUp(
    _ port: UInt16, families: FamilySet = .all, within limit: Duration?, stop: Int32? = nil
  ) throws(Resolver.LookupError) -> [SocketAddress] {
    guard let host else {
      return IPAddress.Family.allCases.filter { families.contains($0) }.map {
        SocketAddress(.loopback($0), port)
      }
    }
    return try Resolver.addresses(
      of: host, port: port, families: families, within: limit, stop: stop)
  }

  /// As a sentence begins: `db port 5432`, `port 8080`.
  func place(_ port: UInt16) -> String { host.map { "\($0) port \(port)" } ?? "port \(port)" }
}

extension Resolver.LookupError {
  var words: String {
    switch self {
    case .noSuchHost: "no such host (see getent hosts)"
    case .tryAgain: "no name server answers (see /etc/resolv.conf)"
    case .timedOut: "no answer in time"
    case .stopped: "given up"
    case .failed(let words): "the lookup failed: \(words) (see /etc/nsswitch.conf)"
    }
  }
}
