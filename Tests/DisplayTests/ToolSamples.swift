@testable import SocketModel

/// Listings in the forms of other tools.
enum ToolSamples {
  /// Unix sockets as netlink tells them: named, abstract with NULs, nameless, with a peer.
  static let unix: Listing = {
    var sample = Sample()
    sample.name(812, "sshd")
    sample.name(900, "a b")
    let names: [(UInt64, UnixName)] = [
      ("/run/app.sock", false), ("/run/a b\\x2d.sock", false), ("ab\0c", true), ("\u{1b}[1m", true),
    ].map { text, isAbstract in
      let name = UnixName(Array(text.utf8), isAbstract: isAbstract)
      return (name.number, name)
    }
    for (number, name) in names { sample.names.unix[number] = name.text }
    let ends = names.map(\.1.endpoint)
    sample.add(
      Socket(
        .unixStream, local: ends[0], remote: .none, state: .listening, sendQueue: 128, inode: 11,
        cookie: 1), owners: [812, 900])
    sample.add(
      Socket(
        .unixSeqpacket, local: ends[1], remote: .none, state: .listening, sendQueue: 5, inode: 12,
        cookie: 2), owners: [900])
    sample.add(
      Socket(.unixDatagram, local: ends[2], remote: .none, state: .closed, inode: 13, cookie: 3),
      status: .hidden)
    sample.add(
      Socket(.unixStream, local: ends[3], remote: .none, state: .listening, inode: 14, cookie: 4))
    sample.add(
      Socket(
        .unixStream, local: .none, remote: ends[0].asPeer(inode: 16), state: .established,
        inode: 15, cookie: 5), owners: [900])
    sample.add(
      Socket(
        .unixStream, local: ends[0], remote: Endpoint.none.asPeer(inode: 15), state: .established,
        receiveQueue: 7, inode: 3_000_000_000, cookie: 6), owners: [812])
    return sample.listing
  }()

  /// One connection of which the kernel tells all.
  static let connection: Listing = {
    var sample = Sample()
    sample.name(812, "sshd")
    sample.names.cgroups = [42: CgroupName("/system.slice/ssh.service")]
    sample.add(
      Socket(
        .tcp, local: Samples.v6("::1", 22), remote: Samples.v6("::1", 50000), state: .established,
        rawUID: 33, inode: 77, cookie: 0xabc,
        timer: SocketTimer(kind: .keepalive, expires: 7_199_000, retransmits: 2), v6Only: .no),
      owners: [812])
    var attributes = AttributeWriter()
    attributes.append(.tcpInfo, info)
    attributes.append(.memory, (1...9 as ClosedRange<UInt32>).flatMap { words([$0 * 1000]) })
    attributes.append(.congestion, Array("bbr".utf8) + [0])
    attributes.append(.bbr, words([1_000_000, 0, 28, 739, 512]))
    attributes.append(.shutdown, [2])
    attributes.append(.v6Only, [0])
    attributes.append(.mark, words([16]))
    attributes.append(.cgroup, words([42, 0]))
    sample.attributes = [attributes.bytes]
    return sample.listing
  }()

  private static func words(_ values: [UInt32]) -> [UInt8] {
    values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
  }

  /// `struct tcp_info` in which every member is set, each to another value.
  private static let info: [UInt8] = {
    var bytes = [UInt8](repeating: 0, count: 248)
    bytes[0] = 1
    for (index, member) in TCPInfoMember.allCases.enumerated() where member != .options {
      let entry = member.entry
      if entry.bits == 64 { bytes[entry.offset] = UInt8(index + 10) }
    }
    (bytes[5], bytes[6], bytes[7]) = (0x3f, 0xa7, 1)
    return bytes
  }()
}
