/// Whose a cgroup is, by its path: a systemd unit's, a container's, or both.
///
/// Whoever a part of the tree is delegated to may make any name below it (systemd's
/// CGROUP_DELEGATION). So the first unit or container of a path is what the system made, and what is
/// further down is said together with it, after a `/`, which is part of no name:
/// `user@1000.service/nginx.service` is what user 1000 calls so, and `nginx.service` is the system's.
/// Below `user-N.slice` every name comes with that user's number.
public struct CgroupOwner: Hashable, Sendable {
  /// The first unit, and the last one where there are several. As systemd writes it, its escapes
  /// (`\x2d`) included. Nil where the path has none.
  public let unit: String?
  public let container: Container?

  public struct Container: Hashable, Sendable {
    /// Nil where the path does not say.
    public let runtime: Runtime?
    /// 64 hexadecimal digits; of LXC and nspawn the name.
    public let id: String
    /// The uid of its Kubernetes pod.
    public let pod: String?
    /// The unit below which it was made, as in `unit`; nil where the system made it.
    public let maker: String?

    /// 12 digits, as the runtimes' own tools show; a name as it is.
    public var shortID: String {
      CgroupOwner.isContainerID(id.utf8[...]) ? String(id.prefix(12)) : id
    }

    /// By a name that was looked up, or by its short id. What somebody else made has only the latter,
    /// after who that is: it may be called like any other.
    public func text(named name: String?) -> String {
      maker.map { "\($0)/\(shortID)" } ?? name ?? shortID
    }
  }

  public enum Runtime: String, Sendable {
    case docker, podman, containerd, crio, lxc, nspawn
  }

  /// The path below the mount of its hierarchy, as in /proc/PID/cgroup; of version 1 or 2.
  public init(path: String) {
    var walk = Walk()
    for name in path.utf8.split(separator: UInt8(ascii: "/")) { walk.enter(name) }
    unit = walk.unit
    container = walk.container
  }
}

/// What a cgroup is called.
public struct CgroupName: Hashable, Sendable {
  /// Below the mount of its hierarchy.
  public let path: String
  /// See `CgroupOwner`.
  public let unit: String?
  /// By its name where `name` finds one, else by its id.
  public let container: String?

  public init(_ path: String, container name: (CgroupOwner.Container) -> String? = { _ in nil }) {
    let owner = CgroupOwner(path: path)
    self.path = path
    unit = owner.unit
    container = owner.container.map { $0.text(named: $0.maker == nil ? name($0) : nil) }
  }

  /// Names that no cgroup has.
  init(standIn path: String, unit: String?, container: String?) {
    self.path = path
    self.unit = unit
    self.container = container
  }
}

extension CgroupOwner {
  /// A directory of the path, byte by byte: a `/` may be followed by what combines with it.
  private typealias Name = Substring.UTF8View

  /// A path that is read from the root on.
  private struct Walk {
    /// The first unit, as it is said.
    private var first: String?
    private var last: Name?
    /// The `user-N.slice` before the first unit.
    private var userSlice: Name?
    private var parent = Substring("").utf8
    private var isKubernetes = false
    private var pod: String?
    private(set) var container: Container?

    var unit: String? {
      guard let last else { return first }
      return (first ?? container?.text(named: nil)).map { "\($0)/\(Substring(last))" }
    }

    mutating func enter(_ name: Name) {
      let isInside = first != nil || container != nil
      isKubernetes = isKubernetes || Substring(name).contains("kubepods")
      if isKubernetes, let uid = CgroupOwner.pod(name) { pod = uid }
      if container == nil, let (runtime, id) = CgroupOwner.container(name, in: parent) {
        container = Container(
          runtime: runtime, id: id, pod: pod,
          maker: first ?? userSlice.map { String(Substring($0)) })
      }
      if CgroupOwner.isUnit(name) {
        if isInside { last = name } else { first = system(name) }
      } else if !isInside && CgroupOwner.user(of: name) != nil {
        userSlice = name
      }
      parent = name
    }

    /// A unit of the system. Below a user's slice that is said as well, but a user's manager has the
    /// number in its own name.
    private func system(_ unit: Name) -> String {
      let text = String(Substring(unit))
      guard let userSlice, let user = CgroupOwner.user(of: userSlice) else { return text }
      return text == "user@\(Substring(user)).service" ? text : "\(Substring(userSlice))/\(text)"
    }
  }

  private static func isUnit(_ name: Name) -> Bool {
    [".service", ".scope", ".socket"].contains { name.stem(before: $0) != nil }
  }

  /// The digits of `user-N.slice`.
  private static func user(of slice: Name) -> Name? {
    slice.stem(after: "user-", before: ".slice").flatMap {
      $0.allSatisfy { 0x30...0x39 ~= $0 } ? $0 : nil
    }
  }

  /// What a directory that holds a container is called; nil for any other. What helps a container
  /// along is not it: `libpod-conmon-<id>.scope`, `lxc.monitor.web`.
  private static func container(_ name: Name, in parent: Name) -> (Runtime?, id: String)? {
    // Where containerd's and the kubelet's drivers differ: `<slice>:cri-containerd:<id>`.
    let parts = name.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    if parts.count == 3, isContainerID(parts[2]), let runtime = prefixes["\(Substring(parts[1]))-"]
    {
      return (runtime, String(Substring(parts[2])))
    }
    let stem = name.stem(before: ".scope") ?? name
    let id = stem.suffix(64)
    if isContainerID(id), let runtime = prefixes[String(Substring(stem.dropLast(64)))] {
      return (runtime, String(Substring(id)))
    }
    if isContainerID(name) { return (parents[String(Substring(parent))], String(Substring(name))) }
    if parent.elementsEqual("lxc".utf8) { return (.lxc, String(Substring(name))) }
    if let name = name.stem(after: "lxc.payload.") { return (.lxc, String(Substring(name))) }
    let machine =
      name.stem(after: "systemd-nspawn@", before: ".service")
      ?? name.stem(after: "machine-", before: ".scope")
    // machined registers virtual machines as well.
    guard let machine, !machine.starts(with: #"qemu\x2d"#.utf8) else { return nil }
    return (.nspawn, unescaped(machine))
  }

  /// Before the 64 digits, with `.scope` after them (systemd's driver) or without.
  private static let prefixes: [String: Runtime] = [
    "docker-": .docker, "libpod-": .podman, "libpod-payload-": .podman,
    "cri-containerd-": .containerd, "nerdctl-": .containerd, "crio-": .crio,
  ]

  /// Directories of cgroupfs drivers, in which a container's is its bare id. One of a pod does not say
  /// which runtime it has.
  private static let parents: [String: Runtime] = [
    "docker": .docker, "moby": .docker, "default": .containerd, "k8s.io": .containerd,
  ]

  fileprivate static func isContainerID(_ text: Substring.UTF8View) -> Bool {
    text.count == 64 && text.allSatisfy(isHexadecimal)
  }

  /// The uid in `pod<uid>`, or in `kubepods-burstable-pod<uid>.slice` with `_` for each `-`.
  private static func pod(_ name: Name) -> String? {
    let slice = name.prefix { $0 != UInt8(ascii: ":") }
    let stem = slice.stem(before: ".slice") ?? slice
    let last = stem.split(separator: UInt8(ascii: "-")).last
    guard let uid = (slice.count > stem.count ? last : stem)?.stem(after: "pod") else { return nil }
    let digits = uid.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }
    let isUID = digits.allSatisfy { isHexadecimal($0) || $0 == UInt8(ascii: "-") }
    return isUID && 32...36 ~= digits.count ? String(decoding: digits, as: UTF8.self) : nil
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    0x30...0x39 ~= byte || 0x61...0x66 ~= byte
  }

  /// A machine's name, which systemd escapes in a unit's; as it is where it would be no host's name.
  private static func unescaped(_ name: Name) -> String {
    var bytes: [UInt8] = []
    var rest = name
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), rest.first == UInt8(ascii: "x"),
        let escaped = UInt8(String(decoding: rest.dropFirst().prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(escaped)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return bytes.allSatisfy(isOfHostName)
      ? String(decoding: bytes, as: UTF8.self) : String(Substring(name))
  }

  private static func isOfHostName(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    case _: "-._".utf8.contains(byte)
    }
  }
}

extension Substring.UTF8View {
  /// What is between a beginning and an end; nil where they are not there, or nothing is between them.
  fileprivate func stem(after prefix: String = "", before suffix: String = "") -> Self? {
    let (head, tail) = (prefix.utf8.count, suffix.utf8.count)
    guard count > head + tail, starts(with: prefix.utf8),
      self.suffix(tail).elementsEqual(suffix.utf8)
    else { return nil }
    return dropFirst(head).dropLast(tail)
  }
}
