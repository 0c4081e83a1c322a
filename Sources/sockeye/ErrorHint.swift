import Display
import LinuxSystem
import Peers
import SocketModel

/// An error of socket(2), bind(2) or accept(2), with its likely cause.
func explained(_ error: Errno, at addresses: [SocketAddress] = []) -> String {
  let lacksZone = addresses.contains { $0.endpoint.address.isLinkLocal && $0.interface == 0 }
  return switch error {
  case .tooManyFiles:
    FileLimit.current.map { "\(error) (this process may open \(grouped($0)), see ulimit -n)" }
      ?? "\(error)"
  case .tooManyFilesOnHost: "\(error) (the host's limit, see sysctl fs.file-max)"
  case .invalidArgument where lacksZone: ProbeResult.Failure.needsZone.words
  case .addressNotAvailable where addresses.count == 1:
    "\(addresses[0].endpoint.address) is not an address of this host"
  case .addressNotAvailable where !addresses.isEmpty: "not all are addresses of this host"
  case .familyNotSupported:
    addresses.first.map { ProbeResult.Failure.noFamily($0.family).words } ?? "\(error)"
  default: "\(error)"
  }
}

/// Why no address could be connected to: of several, each that differs.
func explained(_ error: ConnectError, _ limit: Duration? = nil) -> String {
  var reasons: [(words: String, addresses: [String])] = []
  for attempt in error.attempts {
    let words = explained(attempt.outcome, limit)
    if let place = reasons.firstIndex(where: { $0.words == words }) {
      reasons[place].addresses.append("\(attempt.address)")
    } else {
      reasons.append((words, ["\(attempt.address)"]))
    }
  }
  if reasons.count == 1, let only = reasons.first {
    // That this process is at its limit is no matter of the address.
    let isHere = error.attempts.allSatisfy { $0.outcome == .failed(.tooManyFiles) }
    return only.words + (isHere ? "" : " (tried \(only.addresses.joined(separator: ", ")))")
  }
  return reasons.map { "\($0.addresses.joined(separator: ", ")): \($0.words)" }
    .joined(separator: "; ")
}

private func explained(_ outcome: ConnectOutcome, _ limit: Duration?) -> String {
  switch outcome {
  case .refused: "connection refused: nobody listens there"
  case .filtered(.noAnswer): "no answer" + (limit.map { " within \(readable($0))" } ?? "")
  case .filtered(let reason): reason.words
  case .failed(.tooManyFiles): explained(.tooManyFiles)
  case .failed(let failure): failure.words
  case .abandoned: "given up"
  }
}

extension ProbeResult.Failure {
  fileprivate static let tooManyFiles = Self.error(
    Errno.tooManyFiles.rawValue, "\(Errno.tooManyFiles)")
}
