/// Replaces what tells of a host, its users and its peers by stand-ins, before anything is rendered.
///
/// The same original has the same stand-in in all snapshots that one value redacts, in the order in which
/// they are seen. What stays: ports, states, numbers of processes, inodes and times, the user 0, and of an
/// address whether it is unspecified, loopback, private, public, link-local or multicast.
public struct Redaction: Sendable {
  private var addresses: [IPAddress: IPAddress] = [:]
  private var used: [AddressScope: UInt32] = [:]
  private var words: [Word: String] = [:]
  private var wordsUsed: [Kind: Int] = [:]
  private var users: [UInt32: UInt32] = [:]

  private enum Kind: String {
    case host, user, process, command, path, cgroup, unit, container, interface, netns
  }

  private struct Word: Hashable {
    let kind: Kind
    let original: [UInt8]
  }

  public init() {}

  /// The same rows, of nobody. Where, on which machine and since which start is not told at all.
  public mutating func redact(_ snapshot: Snapshot) -> Snapshot {
    var builder = SnapshotBuilder(copying: snapshot)
    if !builder.host.isEmpty { builder.host = word(.host, Array(builder.host.utf8)) }
    builder.identity = HostIdentity()
    builder.table.replaceSockets { redact(&$0) }
    for index in builder.listeners.indices { redact(&builder.listeners[index]) }
    for index in builder.namespaces.indices {
      builder.namespaces[index].name = builder.namespaces[index].name.map { word(.netns, $0) }
    }
    for (namespace, own) in builder.addresses {
      builder.addresses[namespace] = Set(own.sorted().map { standIn(for: $0) })
    }
    builder.names = redact(builder.names)
    return builder.frozen()
  }

  private mutating func redact(_ socket: inout Socket) {
    socket.local = redact(socket.local)
    socket.remote = redact(socket.remote)
    if let uid = socket.uid { socket.rawUID = standIn(forUser: uid) }
  }

  private mutating func redact(_ end: Endpoint) -> Endpoint {
    guard end.isIP, let address = end.address else { return end }
    return Endpoint(standIn(for: address), end.port)
  }

  /// The number of a user, 0 for 0.
  public mutating func standIn(forUser uid: UInt32) -> UInt32 {
    if uid == 0 { return 0 }
    if let known = users[uid] { return known }
    let number = 100_001 + UInt32(clamping: users.count)
    users[uid] = number
    return number
  }

  private mutating func word(_ kind: Kind, _ original: String) -> String {
    word(kind, original.rawBytes)
  }

  /// A word and a number.
  private mutating func word(_ kind: Kind, _ original: [UInt8]) -> String {
    let word = Word(kind: kind, original: original)
    if let known = words[word] { return known }
    let number = wordsUsed[kind, default: 0] + 1
    wordsUsed[kind] = number
    words[word] = "\(kind.rawValue)\(number)"
    return "\(kind.rawValue)\(number)"
  }
}

// MARK: Names

extension Redaction {
  private mutating func redact(_ names: Names) -> Names {
    var new = names
    new.users = [:]
    for (uid, name) in names.users.sorted(by: { $0.key < $1.key }) {
      new.users[standIn(forUser: uid)] = uid == 0 ? "root" : word(.user, name)
    }
    new.hosts = [:]
    for (address, name) in names.hosts.sorted(by: { $0.key < $1.key }) {
      new.hosts[standIn(for: address)] = word(.host, name)
    }
    for (key, name) in names.interfaces where name != "lo" {
      new.interfaces[key] = word(.interface, name)
    }
    new.cgroups = names.cgroups.mapValues { redact($0) }
    new.namespaces = names.namespaces.mapValues { word(.netns, $0) }
    new.unix = names.unix.mapValues { name in
      (name.hasPrefix("@") ? "@" : "/") + word(.path, name)
    }
    new.runningProcesses = [:]
    new.mapProcesses { redact($0) }
    return new
  }

  private mutating func redact(_ name: ProcessName) -> ProcessName {
    var new = name
    new.name = Array(word(.process, name.name).utf8)
    new.command = name.command.map { Array(word(.command, $0).utf8) }
    new.forwardsTo = name.forwardsTo.map { IPEndpoint(standIn(for: $0.address), $0.port) }
    return new
  }

  /// A unit keeps its kind.
  private mutating func redact(_ name: CgroupName) -> CgroupName {
    let unit = name.unit.map { unit in
      word(.unit, unit) + (unit.lastIndex(of: ".").map { unit[$0...] } ?? "")
    }
    return CgroupName(
      standIn: "/" + word(.cgroup, name.path), unit: unit,
      container: name.container.map { word(.container, $0) })
  }
}

// MARK: Addresses

/// What of an address stays recognisable.
private enum AddressScope: Hashable {
  case loopback, privateUse, linkLocal, multicast, global
  case loopback6, privateUse6, linkLocal6, global6
  /// By the scope that the second byte has.
  case multicast6(UInt8)

  init(_ address: IPAddress) {
    if address.family == .ipv4 {
      let bits = UInt32(truncatingIfNeeded: address.bits)
      switch bits >> 24 {
      case 127: self = .loopback
      case 10: self = .privateUse
      case 224...239: self = .multicast
      case _ where bits >> 20 == 0xac1 || bits >> 16 == 0xc0a8 || bits >> 22 == 0x191:
        self = .privateUse
      case _ where bits >> 16 == 0xa9fe: self = .linkLocal
      default: self = .global
      }
      return
    }
    let high = UInt64(truncatingIfNeeded: address.bits >> 64)
    switch high >> 56 {
    case 0xff: self = .multicast6(UInt8(truncatingIfNeeded: high >> 48))
    case 0xfc, 0xfd: self = .privateUse6
    case 0xfe where high >> 54 == 0x3fa: self = .linkLocal6
    default: self = .global6
    }
  }

  /// The stand-in with this number, from 0. IPv4 begins in the ranges for documentation (RFC 5737, RFC
  /// 6676) and goes on where no host is: in the range for benchmarks (RFC 2544), then in 240.0.0.0/4.
  func address(_ number: UInt32) -> IPAddress {
    let wide = UInt128(number) + 1
    switch self {
    case .loopback: return IPAddress(v4: 0x7f00_0002 + number % 0xff_fff0)
    case .linkLocal: return IPAddress(v4: 0xa9fe_0101 + number % 0xf000)
    case .multicast: return IPAddress(v4: 0xe9fc_0001 + number % 0xff_0000)
    case .privateUse:
      return Self.ipv4(number, in: [0xc000_0200], benchmark: 0xc612_0000, reserved: 0xf000_0000)
    case .global:
      return Self.ipv4(
        number, in: [0xc633_6400, 0xcb00_7100], benchmark: 0xc613_0000, reserved: 0xf800_0000)
    case .loopback6: return .loopback(.ipv6)
    case .linkLocal6: return IPAddress(v6: 0xfe80 << 112 | 0xdb8 << 32 | wide)
    // The upper half of the range.
    case .privateUse6: return IPAddress(v6: 0x2001_0db8_8000 << 80 | wide)
    case .global6: return IPAddress(v6: 0x2001_0db8 << 96 | wide)
    case .multicast6(let scope):
      return IPAddress(v6: 0xff << 120 | UInt128(scope) << 112 | 0xdb8 << 32 | wide)
    }
  }

  private static func ipv4(
    _ number: UInt32, in ranges: [UInt32], benchmark: UInt32, reserved: UInt32
  ) -> IPAddress {
    let (range, host) = number.quotientAndRemainder(dividingBy: 254)
    if range < ranges.count { return IPAddress(v4: ranges[Int(range)] + host + 1) }
    let left = number - 254 * UInt32(ranges.count)
    if left < 0xffff { return IPAddress(v4: benchmark + left + 1) }
    return IPAddress(v4: reserved + (left - 0xffff) % 0x7ff_ffff)
  }
}

extension Redaction {
  /// Unspecified, 127.0.0.1, ::1 and the broadcast address are everybody's and stay; a v4-mapped address
  /// stays one.
  mutating func standIn(for address: IPAddress) -> IPAddress {
    let plain = address.unmapped
    let isAnybodys =
      plain.isUnspecified || plain == .loopback(plain.family) || plain == IPAddress(v4: .max)
    if isAnybodys { return address }
    let found: IPAddress
    if let known = addresses[plain] {
      found = known
    } else {
      let scope = AddressScope(plain)
      let number = used[scope, default: 0]
      used[scope] = number &+ 1
      found = scope.address(number)
      addresses[plain] = found
    }
    return address.isV4Mapped ? IPAddress(v6: 0xffff_0000_0000 | found.bits) : found
  }
}
