import Arguments
import LinuxSystem
import SocketModel

extension Target {
  /// The ports, in the order typed; service names looked up. Port 0 is for servers alone.
  func portNumbers(allowingZero: Bool = false) throws(Stop) -> [UInt16] {
    var numbers: [UInt16] = []
    for entry in ports {
      switch entry {
      case .numbers(let range): numbers += Array(range)
      case .service(let name):
        let found = Services.ports(named: name)
        if found.isEmpty { throw Stop(.wrongCommandLine, "no service is called '\(name)'") }
        numbers += found.sorted()
      }
    }
    if !allowingZero && numbers.contains(0) {
      throw Stop(.wrongCommandLine, "port 0 is no port to connect to")
    }
    return numbers
  }

  /// Where the port is: the host's addresses, or without a host this host's loopback addresses.
  func addresses(
    _ port: UInt16, families: FamilySet = .all
  ) throws(Stop) -> [SocketAddress] {
    guard let host else {
      return IPAddress.Family.allCases.filter { families.contains($0) }.map {
        SocketAddress(.loopback($0), port)
      }
    }
    do throws(Resolver.LookupError) {
      return try Resolver.addresses(of: host, port: port, families: families)
    } catch {
      switch error {
      case .noSuchHost: throw Stop(.unreadable, "no host is called '\(host)'")
      case .tryAgain: throw Stop(.unreadable, "no name server answers for '\(host)'")
      case .failed(let words): throw Stop(.unreadable, "'\(host)': \(words)")
      }
    }
  }
}

/// Times as a person reads them: `0.21 ms`, `15 ms`, `3.2 s`.
func readable(_ duration: Duration) -> String {
  let microseconds =
    duration.components.seconds * 1_000_000
    + duration.components.attoseconds / 1_000_000_000_000
  func tenths(_ value: Int64, _ unit: Int64) -> String {
    "\(value / unit).\(value % unit * 10 / unit)"
  }
  return switch microseconds {
  case ..<10_000: "\(tenths(microseconds, 1000)) ms"
  case ..<1_000_000: "\(microseconds / 1000) ms"
  default: "\(tenths(microseconds, 1_000_000)) s"
  }
}
