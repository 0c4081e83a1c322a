extension Snapshot {
  /// Appends a row of another snapshot of this host with its details, owners and names, as far as
  /// this one has such. What has a name in both keeps the one that it has here.
  public mutating func append(_ row: Int, of other: Snapshot) {
    let socket = other.sockets[row]
    if !details.isEmpty || sockets.isEmpty && !other.details.isEmpty {
      details.append(adopted(other.details.isEmpty ? SocketDetails() : other.details[row], other))
    }
    if !traffic.isEmpty || sockets.isEmpty && !other.traffic.isEmpty {
      traffic.append(other.traffic(row) ?? SocketTraffic())
    }
    if !owners.isEmpty || sockets.isEmpty && !other.owners.isEmpty {
      let held = other.owners(row)
      owners.append(RowOwners(other.ownerStatus(row), slot: ownerIndex.append(held)))
      for owner in held where names.processes[owner.pid] == nil {
        names.processes[owner.pid] = other.names.processes[owner.pid]
      }
    }
    sockets.append(socket)
    if let uid = socket.uid, names.users[uid] == nil { names.users[uid] = other.names.users[uid] }
    if socket.interface != 0, names.interfaces[socket.interface] == nil {
      names.interfaces[socket.interface] = other.names.interfaces[socket.interface]
    }
  }

  /// Appends a row of which nothing else is known.
  public mutating func append(_ socket: Socket, _ detail: SocketDetails = SocketDetails()) {
    if !details.isEmpty { details.append(detail) }
    if !traffic.isEmpty { traffic.append(SocketTraffic()) }
    if !owners.isEmpty { owners.append(RowOwners(.notAsked)) }
    sockets.append(socket)
  }

  private mutating func adopted(_ detail: SocketDetails, _ other: Snapshot) -> SocketDetails {
    var detail = detail
    if let id = detail.cgroup, names.cgroups[id] == nil {
      names.cgroups[id] = other.names.cgroups[id]
    }
    guard let index = detail.congestion, other.congestionNames.indices.contains(Int(index)) else {
      detail.congestion = nil
      return detail
    }
    let name = other.congestionNames[Int(index)]
    if let known = congestionNames.firstIndex(of: name) {
      detail.congestion = UInt8(exactly: known)
    } else {
      detail.congestion = UInt8(exactly: congestionNames.count)
      congestionNames.append(name)
    }
    return detail
  }
}
