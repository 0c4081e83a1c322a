public import KernelFormats
public import LinuxSystem

/// Why the kernel does not run a program at every change of a connection's state for us.
public enum TraceUnavailable: Error, Hashable, Sendable {
  /// The pids that the kernel gives are not those of our pid namespace.
  case pidNamespace
  /// We are root of a user namespace alone.
  case userNamespace
  /// CAP_BPF and CAP_PERFMON are needed.
  case notPermitted
  case noTypes(path: String, Errno)
  case types(path: String, BTFError)
  case map(Errno)
  /// The program was not loaded; the last line of the verifier's log, where it wrote one.
  case program(Errno, verifier: String?)
  case attachment(Errno)
}

extension TraceUnavailable: CustomStringConvertible {
  public var description: String {
    switch self {
    case .pidNamespace: "the kernel's events have the pids of the initial pid namespace"
    case .userNamespace:
      "the kernel lets nobody of another user namespace load BPF programs; try it outside of it"
    case .notPermitted: "CAP_BPF and CAP_PERFMON are needed; try it with sudo"
    case .noTypes(let path, let errno): "\(path): \(errno)"
    case .types(let path, let error): "\(path): \(error)"
    case .map(let errno): "no memory that the kernel shares: \(errno)"
    case .program(let errno, nil): "BPF program rejected by the kernel: \(errno)"
    case .program(let errno, let line?): "BPF program rejected by the kernel: \(errno): \(line)"
    case .attachment(let errno): "BPF program not attached: \(errno)"
    }
  }
}
