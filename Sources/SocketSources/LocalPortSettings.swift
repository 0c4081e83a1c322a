public import LinuxSystem
public import SocketModel

/// What the kernel says of local ports in this network namespace: files of /proc/sys/net/ipv4
/// (Documentation/networking/ip-sysctl.rst).
public enum LocalPortSettings {
  public static let rangePath = directory + "ip_local_port_range"
  private static let directory = "/proc/sys/net/ipv4/"

  /// The ports that clients get; nil where the file does not hold two.
  public static func range() throws(Errno) -> ClosedRange<UInt16>? {
    let ends = String(decoding: try FileDescriptor.contents(of: rangePath), as: UTF8.self)
      .split(whereSeparator: \.isWhitespace).compactMap { UInt16($0) }
    return ends.count == 2 && ends[0] <= ends[1] ? ends[0]...ends[1] : nil
  }

  /// The ports that clients get, without those that nobody is given; nil where that can't be read.
  public static func forClients() -> PortsForClients? {
    let range = (try? range()) ?? nil
    return range.map { PortsForClients($0, reserved: reserved()) }
  }

  /// The ports that nobody is given who does not ask for them; none where the kernel does not say.
  private static func reserved() -> [ClosedRange<UInt16>] {
    guard let bytes = try? FileDescriptor.contents(of: directory + "ip_local_reserved_ports") else {
      return []
    }
    return ranges(String(decoding: bytes, as: UTF8.self))
  }

  /// Reads `8080,9000-9005`; what is none of it is left out.
  static func ranges(_ text: String) -> [ClosedRange<UInt16>] {
    text.split { $0 == "," || $0.isWhitespace }.compactMap { part in
      let ends = part.split(separator: "-", omittingEmptySubsequences: false)
        .map { UInt16($0) }
      guard ends.count < 3, let first = ends.first ?? nil, let last = ends.last ?? nil,
        first <= last
      else { return nil }
      return first...last
    }
  }

  /// Ports below it take CAP_NET_BIND_SERVICE. Before Linux 4.11 there is no such file, and it is 1024.
  public static func lowestUnprivileged() -> Int {
    let bytes = try? FileDescriptor.contents(of: directory + "ip_unprivileged_port_start")
    let text = bytes.map { String(decoding: $0, as: UTF8.self) } ?? ""
    return text.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) } ?? 1024
  }
}
