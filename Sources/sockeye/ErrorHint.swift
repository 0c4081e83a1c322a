import Display
import LinuxSystem
import Peers
import SocketModel
import SocketSources

/// An error of a call to the kernel, with its likely cause and what can be done about it.
func explained(_ error: Errno, at addresses: [SocketAddress] = []) -> String {
  let lacksZone = addresses.contains { $0.endpoint.address.isLinkLocal && $0.interface == 0 }
  return switch error {
  case .tooManyFiles:
    FileLimit.current.map { "\(error) (this process may open \(grouped($0)), see ulimit -n)" }
      ?? "\(error) (see ulimit -n)"
  case .tooManyFilesOnHost: "\(error) (the host's limit, see sysctl fs.file-max)"
  case .outOfMemory, .noBufferSpace:
    "\(error) (of this host, this process or its cgroup: see free, ulimit -v, memory.max)"
  case .notPermitted:
    "\(error) (a security policy of this host: seccomp, a cgroup program or a security module)"
  case .badDescriptor: "it is closed"
  case .connectionReset: "the other end reset the connection"
  case .brokenPipe: "the other end closed the connection and did not read all"
  case .timedOut: "the other end no longer answers"
  case .hostUnreachable, .networkUnreachable: "no way leads to the other end any more (\(error))"
  case .invalidArgument where lacksZone: ProbeResult.Failure.needsZone.words
  case .addressNotAvailable where addresses.contains { $0.endpoint.address.isLoopback }:
    ProbeResult.Failure.loopbackIsDown
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
    let words = explained(attempt.outcome, at: attempt.address, limit)
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

private func explained(
  _ outcome: ConnectOutcome, at address: SocketAddress, _ limit: Duration?
) -> String {
  switch outcome {
  case .refused: "connection refused: nobody listens there"
  case .filtered(.noAnswer): "no answer" + (limit.map { " within \(readable($0))" } ?? "")
  case .filtered(let reason): reason.words
  case .failed(.tooManyFiles): explained(.tooManyFiles)
  case .failed(let failure): failure.words(to: address.endpoint.address)
  case .abandoned: "given up"
  }
}

/// Why a source has no table: of what this process lacks no other source has more.
func explained(_ error: SourceError) -> String {
  switch error {
  case .refused(let errno) where errno.isExhaustion: "can't ask the kernel: \(explained(errno))"
  case .unreadable(let path, let errno) where errno.isExhaustion:
    "can't read \(path): \(explained(errno))"
  case .unrecorded(let errno): "can't write the recording: \(explained(errno))"
  case .unsuitable(let path, let failure): "can't read \(path): \(explained(failure))"
  case .closedNamespace(_, _, .system(let errno))
  where [.notPermitted, .accessDenied].contains(errno) && Accounts.effectiveUID != 0:
    "\(error); try it with sudo"
  case .refused, .unreadable, .malformed, .closedNamespace: "\(error)"
  }
}

/// Why a file that the user named is not used.
func explained(_ failure: FileFailure) -> String {
  switch failure {
  case .system(let errno): explained(errno)
  case .kind, .tooLarge: "\(failure)"
  }
}

extension Errno {
  /// Whether the process or the host has no more of what it takes.
  fileprivate var isExhaustion: Bool {
    [.tooManyFiles, .tooManyFilesOnHost, .outOfMemory, .noBufferSpace].contains(self)
  }
}

extension ProbeResult.Failure {
  fileprivate static let tooManyFiles = Self.error(
    Errno.tooManyFiles.rawValue, "\(Errno.tooManyFiles)")
}
