/// What a socket's memory is made of, in bytes, in the kernel's order (`SK_MEMINFO_…`,
/// include/uapi/linux/sock_diag.h).
public enum MemoryMember: UInt8, CaseIterable, Sendable {
  case rmem_alloc, rcvbuf, wmem_alloc, sndbuf, fwd_alloc, wmem_queued, optmem, backlog, drops

  public var name: StaticString { entry.name }

  /// Where it is among the kernel's numbers, of four bytes each.
  public var place: MemberPlace {
    MemberPlace(
      offset: Int(rawValue) * 4, key: 256 + Int(rawValue), width: 4, ofListener: true)
  }

  var entry: (name: StaticString, unit: Unit, help: StaticString) {
    switch self {
    case .rmem_alloc: ("rmem_alloc", .bytes, "Memory of what waits to be read, in bytes.")
    case .rcvbuf: ("rcvbuf", .bytes, "The limit of the receive buffer, in bytes.")
    case .wmem_alloc:
      (
        "wmem_alloc", .bytes,
        "Memory of what was handed to the network and is still held, in bytes."
      )
    case .sndbuf: ("sndbuf", .bytes, "The limit of the send buffer, in bytes.")
    case .fwd_alloc: ("fwd_alloc", .bytes, "Memory reserved and not used, in bytes.")
    case .wmem_queued:
      ("wmem_queued", .bytes, "Memory of what waits to be sent or acknowledged, in bytes.")
    case .optmem: ("optmem", .bytes, "Memory of socket options, in bytes.")
    case .backlog:
      ("backlog", .bytes, "Memory of packets that wait while the socket is locked, in bytes.")
    case .drops: ("drops", .none, "Datagrams lost; for a listener, connections rejected.")
    }
  }
}
