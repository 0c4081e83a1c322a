internal import KernelFormats
public import LinuxSystem
public import SocketModel

/// How many sockets of which kind a process holds, of all families: by the name that the kernel gives
/// each (`sockfs_xattr_get`, net/socket.c), in whatever network namespace it is.
public struct HeldSockets: Hashable, Sendable {
  /// By `SocketKind.word`, and in small letters what is not listed.
  public private(set) var counts: [String: Int] = [:]

  public init() {}

  /// Throws where the process may not be looked at, or has ended.
  public init(of pid: Int32) throws(Errno) {
    self = try Capabilities.lookingIntoProcesses.raised { () throws(Errno) in
      try HeldSockets(heldBy: pid)
    }
  }

  private init(heldBy pid: Int32) throws(Errno) {
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
    SocketKindSet(SocketKind.allCases.filter { counts[$0.word] != nil })
  }

  /// How many are of none of these, by `SocketKind.word`, in the order of the kinds; what is not listed is
  /// left out.
  public func besides(_ protocols: SocketKindSet) -> [(word: String, count: Int)] {
    var others: [(word: String, count: Int)] = []
    for kind in SocketKind.allCases where !protocols.contains(kind) {
      guard let count = counts[kind.word], !others.contains(where: { $0.word == kind.word }),
        !protocols.kinds.contains(where: { $0.word == kind.word })
      else { continue }
      others.append((kind.word, count))
    }
    return others
  }

  /// One word for both IP versions of a protocol and for all types of a family.
  private static func kind(_ name: [UInt8]) -> String {
    let name = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    let plain = name.hasSuffix("v6") ? String(name.dropLast(2)) : name
    let kind: SocketKind? =
      switch plain {
      case "TCP": .tcp
      case "UDP": .udp
      case "UNIX", "UNIX-STREAM": .unixStream
      case "MPTCP": .mptcp
      case "UDP-Lite", "UDPLITE": .udpLite
      case "RAW": .raw
      case "PING": .ping
      case "PACKET": .packetRaw
      case "NETLINK": .netlink
      default: nil
      }
    return kind?.word ?? plain.lowercased()
  }
}
