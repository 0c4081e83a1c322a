internal import LinuxSystem
public import SocketModel

extension SnapshotReader {
  /// Which ports get their service's name.
  public enum Services: Sendable {
    case none
    /// Ports below 1024.
    case wellKnown
    case all
  }

  /// Looks up names for the rows that are shown, as far as `needs` says. A hidden owner is shown
  /// with its row's user: that name is looked up as well, but where `users` says none are wanted.
  ///
  /// Host names may send packets, and take at most `hostTimeout` in all.
  public func name(
    _ listing: inout Listing, needs: Needs, services: Services, users: Bool = true,
    hostTimeout: Duration = .seconds(2)
  ) throws(SourceError) {
    if users { nameUsers(&listing, all: needs.contains(.userNames)) }
    nameInterfaces(&listing)
    nameServices(&listing, services)
    if needs.contains(.hostNames) {
      let ends = listing.rows.map { listing.snapshot.sockets[Int($0)] }.flatMap {
        [$0.local.address, $0.remote.address]
      }
      listing.snapshot.names.hosts = HostNames.of(
        Set(ends.filter { !$0.isUnspecified }), within: hostTimeout)
    }
    if needs.contains(.cgroups) {
      let ids = Set(listing.rows.compactMap { listing.snapshot.details[Int($0)].cgroup })
      listing.snapshot.names.cgroups = CgroupPaths.of(ids)
    }
    if needs.contains(.processNames), listing.snapshot.names.processes.isEmpty {
      try nameProcesses(
        of: &listing.snapshot, rows: listing.rows,
        commands: needs.contains(.commands))
    }
  }

  private func nameUsers(_ listing: inout Listing, all: Bool) {
    let snapshot = listing.snapshot
    var users: [UInt32: String] = [:]
    for row in listing.rows.lazy.map(Int.init)
    where all || snapshot.ownerStatus(row) == .hidden {
      guard let uid = snapshot.sockets[row].uid, users[uid] == nil else { continue }
      users[uid] = Accounts.name(uid: uid) ?? ""
    }
    listing.snapshot.names.users = users.filter { $1 != "" }
  }

  private func nameInterfaces(_ listing: inout Listing) {
    for row in listing.rows {
      let index = listing.snapshot.sockets[Int(row)].interface
      if index == 0 || listing.snapshot.names.interfaces[index] != nil { continue }
      listing.snapshot.names.interfaces[index] = Host.interfaceName(index)
    }
  }

  private func nameServices(_ listing: inout Listing, _ services: Services) {
    let limit: UInt16 = services == .all ? .max : services == .wellKnown ? 1023 : 0
    var ports: Set<UInt16> = []
    var transports: ProtocolSet = []
    for row in listing.rows where limit > 0 {
      let socket = listing.snapshot.sockets[Int(row)]
      for port in [socket.local.port, socket.remote.port] where port > 0 && port <= limit {
        ports.insert(port)
        transports.insert(ProtocolSet(socket.transport))
      }
    }
    if !ports.isEmpty {
      listing.snapshot.names.services = LinuxSystem.Services.names(of: ports, transports)
    }
  }
}

extension SnapshotReader {
  /// Names the processes that own some rows. One that is not the process that was seen, but a
  /// younger one with the same pid, is taken off the rows.
  func nameProcesses(
    of snapshot: inout Snapshot, rows: [UInt32], commands: Bool
  ) throws(SourceError) {
    let reader = ProcessReader(root: procRoot)
    let named = try reader.read(
      snapshot.owningProcesses(rows), commands: commands, seenIn: snapshot.ownerIndex,
      since: snapshot.ownersSince)
    snapshot.names.processes = named.names
    snapshot.notices += named.notices
    if !named.replaced.isEmpty { snapshot.disown(named.replaced) }
  }
}
