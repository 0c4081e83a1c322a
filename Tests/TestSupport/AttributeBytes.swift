public import SocketModel

/// What netlink adds to a row, as values; nil and absent members are what the kernel did not say.
public struct AttributeBytes: Sendable {
  public var info: [TCPInfoMember: UInt64] = [:]
  public var memory: [MemoryMember: UInt64] = [:]
  public var congestion: [UInt8]?
  public var cgroup: UInt64?
  public var mark: UInt32?
  public var tos: UInt8?
  public var shutdown: UInt8?

  public init() {}

  /// The attributes as the kernel writes them.
  public var bytes: [UInt8] {
    var writer = AttributeWriter()
    writer.append(info, memory: memory)
    if let congestion { writer.append(.congestion, congestion + [0]) }
    if let cgroup { writer.append(.cgroup, NetlinkBytes.native(cgroup)) }
    if let mark { writer.append(.mark, NetlinkBytes.native(mark)) }
    if let tos { writer.append(.tos, [tos]) }
    if let shutdown { writer.append(.shutdown, [shutdown]) }
    return writer.bytes
  }
}
