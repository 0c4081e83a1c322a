/// Which host a snapshot is of, and since which start of it. What nobody can know is nil.
public struct HostIdentity: Hashable, Sendable {
  /// 32 hexadecimal digits that no other host has, made of /etc/machine-id (machine-id(5)), which they
  /// do not tell.
  public var machineID: String?
  /// As in /proc/sys/kernel/random/boot_id: another one after each start.
  public var bootID: String?

  public init(machineID: String? = nil, bootID: String? = nil) {
    self.machineID = machineID
    self.bootID = bootID
  }
}

/// What is the same for all rows of a snapshot: where and when it was taken.
public enum Origin: UInt8, CaseIterable, Sendable {
  case host, time, machineID, bootID
}

extension [Origin: String] {
  /// The same host at another time.
  public func at(_ time: Timestamp) -> Self {
    merging([.time: time.rfc3339]) { $1 }
  }
}

extension Field {
  /// What rows of several hosts and network namespaces are joined by: in every row of JSON.
  public static let joining: [Field] = [
    .ip(.local), .ip(.remote), .netns, .netnsCookie, .direction, .peerLocal,
  ]
}

extension Field.Definition {
  init(_ origin: Origin) {
    let (name, title, help): (StaticString, StaticString, StaticString) =
      switch origin {
      case .host: ("host", "Host", "The name of the host, the same in every row.")
      case .time: ("time", "Time", "When all was read, in UTC.")
      case .machineID:
        ("machine_id", "Machine ID", "The host's own 32 digits, made of /etc/machine-id.")
      case .bootID: ("boot_id", "Boot ID", "The kernel's name for the time since the host's start.")
      }
    self.init(name, .name, of: .snapshot, title: title, help: help, reader: Self.reader(origin))
  }

  /// It captures nothing.
  private static func reader(_ origin: Origin) -> Field.Reader {
    switch origin {
    case .host: { _, _ in .name(.origin(.host)) }
    case .time: { _, _ in .name(.origin(.time)) }
    case .machineID: { _, _ in .name(.origin(.machineID)) }
    case .bootID: { _, _ in .name(.origin(.bootID)) }
    }
  }

  static func ip(_ end: Pushdown.End) -> Self {
    switch end {
    case .local:
      Self(
        "local_ip", .address, section: .unmapped, title: "Local IP", example: "=10.0.0.0/8",
        help: "The address of this end as IPv4 writes it where it is IPv4 (v4-mapped)."
      ) { row, _ in row.socket.local.unmapped.value }
    case .remote:
      Self(
        "remote_ip", .address, section: .unmapped, title: "Remote IP", example: "=10.0.0.0/8",
        help: "The same of the other end."
      ) { row, _ in row.socket.remote.unmapped.value }
    }
  }
}
