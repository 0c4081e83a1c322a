import Glibc

/// Network namespaces that a test makes and that end with the program run in them
/// (network_namespaces(7), unshare(1)): nothing that happens there touches the host.
public enum Namespace {
  /// Whether this process may make one, as root or through a user namespace of its own.
  public static let isAvailable =
    (try? Program.run(prefix + ["/bin/true"]))?.status == 0

  /// For a test that needs one.
  public static let requirement = "needs a network namespace: root, or unprivileged user namespaces"

  private static var prefix: [String] {
    ["/usr/bin/env", "unshare"] + (geteuid() == 0 ? ["-n"] : ["-r", "-n"])
  }

  /// Runs a shell script in a new namespace with loopback up; `$SOCKEYE` is the built binary.
  public static func shell(_ script: String) throws -> Program.Outcome {
    try Program.run(
      prefix + ["/bin/sh", "-c", "ip link set lo up\n" + script],
      environment: ["SOCKEYE": Program.sockeye])
  }
}
