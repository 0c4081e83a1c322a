internal import SocketModel

/// Service names of ports, each looked up when a row first has the port.
struct ServiceLabels: Sendable {
  private static let notAsked = LabelPool.ID.max
  private static let none = LabelPool.ID.max - 1
  private let limit: Int
  private var ids: [LabelPool.ID]

  init(_ numbers: NumberStyle) {
    limit = numbers.firstNumericPort
    ids = Array(repeating: Self.notAsked, count: limit * 2)
  }

  private func index(_ port: UInt16, _ transport: TransportProtocol) -> Int {
    Int(port) * 2 + (transport == .udp ? 1 : 0)
  }

  mutating func resolve(
    _ port: UInt16, _ transport: TransportProtocol, _ services: ServiceNames,
    in pool: inout LabelPool
  ) {
    let index = index(port, transport)
    guard index < ids.count, port != 0, ids[index] == Self.notAsked else { return }
    ids[index] = services.name(port, transport).map { pool.add($0) } ?? Self.none
  }

  @inline(__always)
  func id(_ port: UInt16, _ transport: TransportProtocol) -> LabelPool.ID? {
    let index = index(port, transport)
    return index < ids.count && ids[index] < Self.none ? ids[index] : nil
  }
}

extension Cells {
  mutating func resolve(_ numbers: NumberStyle) {
    let snapshot = listing.snapshot
    states = (0..<64).map { number in
      TCPState(rawValue: UInt8(number / 2)).name(number % 2 == 0 ? .tcp : .udp).map {
        names.add("\($0)")
      }
    }
    congestion = snapshot.congestionNames.map { names.add($0) }
    if !snapshot.names.services.isEmpty { services = ServiceLabels(numbers) }
    let asked = Set(columns.columns)
    if !asked.isDisjoint(with: [.local, .remote, .field(.interface)]) { resolveEnds() }
    if asked.contains(.field(.user)) {
      for row in listing.rows { resolveUser(snapshot.sockets[Int(row)]) }
    }
    if asked.contains(.field(.cgroup)), !snapshot.details.isEmpty {
      for row in listing.rows {
        guard let cgroup = snapshot.details[Int(row)].cgroup else { continue }
        _ = cgroups.resolve(cgroup, in: &names) { id, pool in
          snapshot.names.cgroups[id].map { pool.add($0) }
        }
      }
    }
    if asked.contains(where: { $0.needs.contains(.owners) }), !snapshot.owners.isEmpty {
      resolveOwners()
      if asked.contains(.field(.command)) { resolveCommands() }
      if asked.contains(.field(.fds)) { resolveDescriptors() }
    }
  }

  private mutating func resolveEnds() {
    let snapshot = listing.snapshot
    let hasHosts = hasHosts
    for row in listing.rows {
      let socket = snapshot.sockets[Int(row)]
      services.resolve(socket.local.port, socket.transport, snapshot.names.services, in: &names)
      services.resolve(socket.remote.port, socket.transport, snapshot.names.services, in: &names)
      if socket.interface != 0 {
        _ = interfaces.resolve(socket.interface, in: &names) { index, pool in
          pool.add(snapshot.names.interfaces[index] ?? "\(index)")
        }
      }
      if hasHosts {
        for address in [socket.local.address, socket.remote.address] {
          _ = hosts.resolve(address, in: &names) { address, pool in
            snapshot.names.hosts[address].map { pool.add($0) }
          }
        }
      }
    }
  }

  private mutating func resolveUser(_ socket: Socket) {
    guard let uid = socket.uid else { return }
    _ = users.resolve(uid, in: &names) { [listing] uid, pool in
      listing.snapshot.names.users[uid].map { pool.add($0) }
    }
  }

  private mutating func resolveOwners() {
    let snapshot = listing.snapshot
    owners.reserveCapacity(listing.rows.count)
    for row in listing.rows {
      let status = snapshot.owners[Int(row)].status
      if status == .hidden { resolveUser(snapshot.sockets[Int(row)]) }
      guard let (pid, others) = snapshot.firstOwner(Int(row)) else {
        owners.append(RowOwner(status: status))
        continue
      }
      let name = processes.resolve(pid, in: &names) { pid, pool in
        snapshot.names.processes[pid].map { pool.add($0.name.span) }
      }
      owners.append(
        RowOwner(pid: pid, others: UInt32(clamping: others), name: name, status: status))
    }
  }

  private mutating func resolveCommands() {
    for owner in owners where owner.pid != 0 {
      _ = commandLines.resolve(owner.pid, in: &commands) { [listing] pid, pool in
        listing.snapshot.names.processes[pid]?.command.map { pool.add(joinedArguments($0).span) }
      }
    }
  }

  private mutating func resolveDescriptors() {
    for row in listing.rows {
      let first = listing.snapshot.owners(Int(row)).first
      descriptors.append(
        names.add((first?.descriptors ?? []).map { "\($0)" }.joined(separator: ",")))
    }
  }
}

/// A command line as one text: the NUL that ends each argument becomes a blank.
func joinedArguments(_ command: [UInt8]) -> [UInt8] {
  (command.last == 0 ? command.dropLast() : command[...]).map { $0 == 0 ? 0x20 : $0 }
}
