internal import KernelFormats
public import LinuxSystem
public import SocketModel

/// How many sockets of which kind a process holds, of all families: by the name that the kernel gives
/// each (`sockfs_xattr_get`, net/socket.c), in whatever network namespace it is.
public struct HeldSockets: Hashable, Sendable {
  /// By kind: `TCP`, `UDP`, and in small letters the others.
  public private(set) var counts: [String: Int] = [:]

  public init() {}

  /// Throws where the process may not be looked at, or has ended.
  public init(of pid: Int32) throws(Errno) {
    let directory = try Directory("\(ProcRoot.host)/\(pid)/fd")
    var descriptors: [Int32] = []
    var buffer: [UInt8] = []
    try directory.appendNumbers(to: &descriptors, buffer: &buffer)
    for descriptor in descriptors {
      do throws(Errno) {
        let name = try ExtendedAttribute.value(
          "system.sockprotoname", of: "\(ProcRoot.host)/\(pid)/fd/\(descriptor)")
        counts[Self.kind(name), default: 0] += 1
      } catch {
        // No socket, or closed since.
        if error == .accessDenied || error == .notPermitted { throw error }
      }
    }
  }

  public mutating func add(_ other: HeldSockets) { counts.merge(other.counts, uniquingKeysWith: +) }

  /// The protocols that are listed among them.
  public var protocols: SocketKindSet {
    var set: SocketKindSet = []
    if counts[Self.tcp] != nil { set.insert(.tcp) }
    if counts[Self.udp] != nil { set.insert(.udp) }
    if counts[Self.unix] != nil { set.formUnion(.unix) }
    return set
  }

  private static let tcp = "TCP"
  private static let udp = "UDP"
  private static let unix = "unix"

  /// One word for both IP versions of a protocol and for UNIX sockets of every type.
  private static func kind(_ name: [UInt8]) -> String {
    let name = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    let plain = name.hasSuffix("v6") ? String(name.dropLast(2)) : name
    switch plain {
    case tcp, udp: return plain
    case "UNIX", "UNIX-STREAM": return unix
    default: return plain.lowercased()
    }
  }
}
