internal import KernelFormats
internal import LinuxSystem
internal import SocketModel

/// What containers are called by those who run them, from the files that their engines keep for
/// others to read. No engine is asked: its socket is worth as much as root.
struct ContainerNames {
  private let root: String
  private var kubernetes: Kubernetes?

  /// `root` is `/var`, or a tree like it.
  init(root: String = "/var") { self.root = root }

  /// Nil where nobody says, or not to us.
  mutating func name(of container: CgroupOwner.Container) -> String? {
    if let pod = container.pod {
      let names = kubernetes ?? Kubernetes(root: root)
      kubernetes = names
      return names.containers[container.id] ?? names.pods[pod].map { "\($0)/\(container.shortID)" }
    }
    switch container.runtime {
    case .docker, nil: return docker(container.id)
    case .podman, .containerd, .crio, .lxc, .nspawn: return nil
    }
  }

  // Docker's own are a few thousand bytes.
  private static let longest = 1 << 20

  /// The id is 64 hexadecimal digits.
  private func docker(_ id: String) -> String? {
    let path = "\(root)/lib/docker/containers/\(id)/config.v2.json"
    let bytes = try? FileDescriptor.contents(named: path, followsLink: false, limit: Self.longest)
    return bytes.flatMap { DockerConfig.name(in: $0.span) }
  }

  /// What the kubelet's logs are called: `<namespace>/<pod>/<container>`, and of a pod the first two.
  private struct Kubernetes {
    private(set) var containers: [String: String] = [:]
    private(set) var pods: [String: String] = [:]

    /// At most so many names of a directory are looked at.
    private static let most = 1 << 16

    private static func names(in path: String) -> [String] {
      ((try? DirectoryEntry.all(of: path, atMost: most)) ?? []).map(\.name)
    }

    init(root: String) {
      for file in Self.names(in: "\(root)/log/containers") {
        // <pod>_<namespace>_<container>-<id>.log
        let parts = file.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 3, let dash = parts[2].lastIndex(of: "-"),
          parts[2].hasSuffix(".log")
        else { continue }
        let id = parts[2][dash...].dropFirst().dropLast(4)
        containers[String(id)] = "\(parts[1])/\(parts[0])/\(parts[2][..<dash])"
      }
      for directory in Self.names(in: "\(root)/log/pods") {
        // <namespace>_<pod>_<uid>
        let parts = directory.split(separator: "_", omittingEmptySubsequences: false)
        if parts.count == 3 { pods[String(parts[2])] = "\(parts[0])/\(parts[1])" }
      }
    }
  }
}
