public import KernelFormats
public import LinuxSystem

/// Why the kernel does not walk the open files for us: /proc must answer.
public enum BPFUnavailable: Error, Hashable, Sendable {
  /// The pids that the kernel gives are not those of our pid namespace.
  case pidNamespace
  /// The kernel's types can't be read.
  case noTypes(path: String, Errno)
  /// The kernel's types are not as expected.
  case types(path: String, BTFError)
  /// The program was not loaded; the last line of the verifier's log, where it wrote one.
  case program(Errno, verifier: String?)
  /// The program was loaded and did not start, or stopped.
  case walk(Errno)
  /// What the program wrote does not end with a whole record.
  case cutShort
}

extension BPFUnavailable: CustomStringConvertible {
  public var description: String {
    switch self {
    case .pidNamespace: "no BPF iterator: its pids would be those of the initial pid namespace"
    case .noTypes(let path, let errno): "no BPF iterator: \(path): \(errno)"
    case .types(let path, let error): "no BPF iterator: \(path): \(error)"
    case .program(let errno, nil): "no BPF iterator: program rejected by the kernel: \(errno)"
    case .program(let errno, let line?):
      "no BPF iterator: program rejected by the kernel: \(errno): \(line)"
    case .walk(let errno): "no BPF iterator: the kernel does not run the program: \(errno)"
    case .cutShort: "no BPF iterator: the last record is cut short"
    }
  }
}
