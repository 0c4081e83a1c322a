extension SnapshotBuilder {
  /// A row for each event, its owner as the event tells it. `peers` are the positions of the events of the
  /// other ends. The namespaces of the events become those of the rows; the first is our own, and the
  /// names are those that are known of others.
  public init(
    time: Timestamp, host: String, events: [ConnectionEvent], peers: [Int?],
    namespaces own: NetworkNamespace, names known: [UInt64: String] = [:]
  ) {
    self.init(time: time, host: host)
    self.events = events
    namespaces = [own]
    names.namespaces = known
    var numbers: [UInt64: UInt16] = [:]
    if let inode = own.inode { numbers[inode] = 0 }
    var records: [OwnerIndex.Record] = []
    for (position, event) in events.enumerated() {
      var socket = event.socket
      socket.namespace = numbers[event.namespace] ?? UInt16(clamping: namespaces.count)
      if Int(socket.namespace) == namespaces.count {
        numbers[event.namespace] = socket.namespace
        namespaces.append(
          NetworkNamespace(inode: event.namespace, name: known[event.namespace]))
      }
      var attributes = AttributeWriter()
      attributes.append(event.members)
      table.append(socket, attributes: attributes.bytes.span)
      table.append(cgroup: event.cgroup)
      if let process = event.owner?.process {
        records.append(.init(inode: events[position].key(position), pid: process.pid))
        names.processes[process.pid] = ProcessName(name: process.name)
      }
      var ends = ConnectionEnds()
      ends.isIncoming = event.role == .accepted
      ends.isOutgoing = event.role == .connected
      if let peer = peers[position] { ends.peerInode = events[peer].key(peer) }
      ends.isPeerLocal =
        peers[position] != nil || socket.remote.address?.unmapped.isLoopback ?? false
      connections.append(ends)
    }
    ownerIndex = OwnerIndex(records)
    ownersSince = 0
    owners = events.indices.map { position in
      let slot = ownerIndex.slot(inode: events[position].key(position))
      return RowOwners(slot == OwnerIndex.none ? .hidden : .known, slot: slot)
    }
  }
}

extension OwnerIndex.Record {
  /// A process that has, or had, some descriptor of it.
  fileprivate init(inode: UInt64, pid: Int32) {
    self.init(inode: inode, pid: pid, descriptor: OwnerIndex.noDescriptor)
  }
}

extension ConnectionEvent {
  /// What its owner is found by.
  fileprivate func key(_ position: Int) -> UInt64 {
    socket.inode != 0 ? socket.inode : ConnectionEnds.unnumbered | UInt64(position)
  }

  /// What it tells of `tcp_info`.
  fileprivate var members: [TCPInfoMember: UInt64] {
    var members: [TCPInfoMember: UInt64] = [.total_retrans: UInt64(retransmits)]
    if roundTrip > 0 { members[.rtt] = UInt64(roundTrip) }
    if let received { members[.bytes_received] = received }
    if let sent {
      members[.bytes_sent] = sent
      members[.bytes_retrans] = resent
    }
    return members
  }
}
