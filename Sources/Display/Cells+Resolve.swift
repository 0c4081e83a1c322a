internal import SocketModel

extension ProcessName {
  /// Its name, and of a docker-proxy what it forwards to.
  var nameInOwners: [UInt8] {
    name + (forwardsTo.map { Array(" -> \($0)".utf8) } ?? [])
  }
}

extension Cells {
  mutating func resolve(_ numbers: NumberStyle) {
    let snapshot = listing.snapshot
    if !snapshot.names.services.isEmpty { services = ServiceLabels(numbers) }
    let asked = Set(columns.columns)
    if asked.contains(.local) || asked.contains(.remote) { resolveEnds() }
    if asked.contains(where: { $0.needs.contains(.owners) }), snapshot.asksOwners {
      resolveOwners()
    }
    for case .field(let field) in columns.columns {
      switch field.kind {
      case .name: resolveNames(field)
      case .list where field == .fds: resolveDescriptors()
      case .number, .flag, .address, .word, .list: break
      }
    }
  }

  private mutating func resolveEnds() {
    let snapshot = listing.snapshot
    let hasHosts = hasHosts
    for row in listing.rows {
      let socket = snapshot[row].socket
      if socket.kind.isUnix {
        resolveUnix(socket)
        continue
      }
      if !socket.hasOtherEnds {
        services.resolve(socket.local.port, socket.kind, snapshot.names.services, in: &names)
        services.resolve(socket.remote.port, socket.kind, snapshot.names.services, in: &names)
      }
      if let key = socket.interfaceKey {
        _ = labels.resolve(.interface(key), in: &names) { _, pool in
          pool.add(snapshot.names.interfaces[key] ?? "\(key.index)")
        }
      }
      if hasHosts {
        for address in [socket.local.address, socket.remote.address] {
          guard let address else { continue }
          _ = hosts.resolve(address, in: &names) { address, pool in
            snapshot.names.hosts[address].map { pool.add($0) }
          }
        }
      }
    }
  }

  /// The names that a field has in some row.
  private mutating func resolveNames(_ field: Field) {
    let reader = FieldReader(field)
    for row in listing.rows {
      switch reader.value(of: listing.snapshot[row]) {
      case .name(.command(let process)):
        _ = commandLines.resolve(process, in: &commands) { [listing] process, pool in
          listing.snapshot.names.bytes(.command(process)).map { pool.add($0.span) }
        }
      case .name(let thing): resolve(thing)
      case .text(let text):
        _ = texts.resolve(text, in: &names) { text, pool in pool.add(text.bytes.span) }
      case .absent, .unknown, .number, .flag, .address, .word, .descriptors, .owners: break
      }
    }
  }

  @discardableResult
  private mutating func resolve(_ thing: NamedThing) -> LabelPool.ID? {
    labels.resolve(thing, in: &names) { [listing] thing, pool in
      listing.snapshot.names.bytes(thing).map { pool.add($0.span) }
    }
  }

  private mutating func resolveOwners() {
    let snapshot = listing.snapshot
    let hasCgroups = !snapshot.names.cgroups.isEmpty
    // Rows of one cgroup come together.
    var last: (cgroup: UInt64, isHidden: Bool, place: Place)?
    owners.reserveCapacity(listing.rows.count)
    for index in listing.rows {
      let row = snapshot[index]
      let status = row.ownerStatus
      if status == .hidden, let uid = row.socket.uid { resolve(.user(uid)) }
      var place = Place.none
      if hasCgroups, row.showsCgroup, let cgroup = row.cgroup {
        let isHidden = status == .hidden
        if let last, last.cgroup == cgroup, last.isHidden == isHidden {
          place = last.place
        } else {
          place = self.place(cgroup, ofHidden: isHidden)
          last = (cgroup, isHidden, place)
        }
      }
      guard let (first, others) = row.firstOwner else {
        owners.append(RowOwner(status: status, place: place))
        continue
      }
      let process = others > 0 ? firstAskedOwner(row) ?? first : first
      let name = processes.resolve(process, in: &names) { process, pool in
        snapshot.names.process(process).map { pool.add($0.nameInOwners.span) }
      }
      owners.append(
        RowOwner(
          pid: process.pid, others: UInt32(clamping: others), name: name, status: status,
          place: place))
    }
  }

  private mutating func place(_ cgroup: UInt64, ofHidden isHidden: Bool) -> Place {
    if let container = resolve(.container(cgroup)) { return .container(container) }
    return isHidden ? resolve(.unit(cgroup)).map { .unit($0) } ?? .none : .none
  }

  /// The lowest pid among those that were asked for.
  private func firstAskedOwner(_ row: Row) -> ProcessKey? {
    if listing.askedProcesses.isEmpty { return nil }
    var asked: ProcessKey?
    listing.snapshot.ownerIndex.forEachProcess(at: row.ownerSlot) { process in
      if asked == nil, listing.askedProcesses.contains(process.pid) { asked = process }
    }
    return asked
  }

  private mutating func resolveDescriptors() {
    for row in listing.rows {
      let first = listing.snapshot[row].owners.first
      descriptors.append(
        names.add((first?.descriptors ?? []).map { "\($0)" }.joined(separator: ",")))
    }
  }
}
