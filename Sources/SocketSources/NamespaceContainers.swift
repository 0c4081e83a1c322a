internal import LinuxSystem
internal import SocketModel

/// What the containers of network namespaces without a name are called, each looked up once.
struct NamespaceContainers: Sendable {
  /// Of a namespace, by its inode: a process in it, and the container of that. Another namespace may get
  /// the inode, and another process the pid, but not the one with the other.
  private var known: [UInt64: (process: Int32, name: String?)] = [:]
  private var former: [UInt64: (process: Int32, name: String?)] = [:]
  private var engines = ContainerNames()

  /// All namespaces are gone through again: what is not asked for any more is forgotten.
  mutating func begin() {
    former = known
    known = [:]
    engines = ContainerNames()
  }

  /// Nil where the process is in none.
  mutating func name(of namespace: UInt64, with process: Int32) -> String? {
    if let found = former[namespace], found.process == process {
      known[namespace] = found
      return found.name
    }
    let name = container(of: process)
    known[namespace] = (process, name)
    return name
  }

  /// The container that a process is in, as it is called; nil for none.
  private mutating func container(of process: Int32) -> String? {
    guard let bytes = try? FileDescriptor.contents(of: "/proc/\(process)/cgroup", chunk: 4096)
    else { return nil }
    // <hierarchy>:<controllers>:<path>, cgroups(7).
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let parts = line.split(
        separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let path = String(raw: parts[2])
      let found = CgroupName(path) { engines.name(of: $0) }.container
      if let found { return found }
    }
    return nil
  }
}
