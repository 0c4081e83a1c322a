internal import LinuxSystem
internal import SocketModel

/// Names of what rows hold as numbers, each looked up once. Of the processes a few are looked at again
/// each time, since they take other names and end.
struct NameCache: Sendable {
  private var names = Names()
  /// What has no name.
  private var namelessUsers: Set<UInt32> = []
  private var namelessCgroups: Set<UInt64> = []
  /// What could not be looked up.
  private var unread: UnreadNames?
  /// Those that a short walk did not find.
  private var remoteCgroups: Set<UInt64> = []
  private var hasAllServices = false
  /// Among the names of processes, those that came with their command lines.
  private var hasCommands = false
  private var hasExecutables = false
  private var owning: Owning?
  /// Where the next few processes to look at again begin.
  private var next = 0
  private var namedAt: MonotonicInstant?
  /// When the owner lookup began whose processes have names: the next one may see others with their pids.
  private var namedSince: UInt64?

  // On most hosts these are all: what a program is called is never older than a refresh.
  private static let few = 64

  /// The processes that own a row, ascending, and the rows in which they were looked for.
  private struct Owning {
    let pids: [Int32]
    let generation: Int
    let asked: Query
  }

  /// What some rows need names for.
  struct Request {
    var needs: Projection
    var services: ServicePorts
    /// Whether users are shown by name: those that `needs` asks for, and that of a row whose owner is
    /// hidden.
    var namesUsers: Bool
    var hostTimeout: Duration
  }

  /// Names what the rows hold, processes left out.
  mutating func name(_ rows: some Sequence<UInt32>, of snapshot: Snapshot, _ request: Request)
    -> Names
  {
    let needs = request.needs
    unread = snapshot.names.unreadNames
    var services = ServiceRequest(request.services)
    var hosts: Set<IPAddress> = []
    var cgroups: Set<UInt64> = []
    var lastCgroup: UInt64?
    var lastUser: UInt32?
    for index in rows {
      let row = snapshot[index]
      let socket = row.socket
      if let key = socket.interfaceKey, key.namespace == 0, names.interfaces[key] == nil {
        nameInterface(key)
      }
      if request.namesUsers, let uid = socket.uid, uid != lastUser,
        needs.contains(.userNames) || row.ownerStatus == .hidden
      {
        lastUser = uid
        nameUser(uid)
      }
      services.note(socket)
      if needs.contains(.hostNames) {
        for end in [socket.local, socket.remote] {
          // Totals group by the address without the mapping.
          if let address = end.address, !address.isUnspecified {
            hosts.formUnion([address, address.unmapped])
          }
        }
      }
      if needs.contains(.cgroups) || needs.contains(.cgroupIDs) && row.showsCgroup,
        let id = row.cgroup, id != lastCgroup
      {
        lastCgroup = id
        cgroups.insert(id)
      }
    }
    nameServices(services)
    nameCgroups(cgroups, areAsked: needs.contains(.cgroups))
    if !hosts.isEmpty { names.hosts = HostNames.of(hosts, within: request.hostTimeout) }
    // What an earlier query asked for is no part of this answer.
    var given = names
    given.interfaces.merge(snapshot.names.interfaces) { $1 }
    given.namespaces = snapshot.names.namespaces
    given.unix = snapshot.names.unix
    given.processes = snapshot.names.processes
    given.runningProcesses = snapshot.names.runningProcesses
    given.unreadProcesses = snapshot.names.unreadProcesses
    given.unreadNames = unread
    if hosts.isEmpty { given.hosts = snapshot.names.hosts }
    if services.isEmpty { given.services = snapshot.names.services }
    return given
  }

  private mutating func nameUser(_ uid: UInt32) {
    if names.users[uid] != nil || namelessUsers.contains(uid) || isUnread(.user(uid)) { return }
    do throws(Errno) {
      if let name = try Accounts.name(uid: uid) {
        names.users[uid] = name
      } else {
        namelessUsers.insert(uid)
      }
    } catch {
      note(.user(uid), "\(error)")
    }
  }

  private mutating func nameInterface(_ key: InterfaceKey) {
    if isUnread(.interface(key)) { return }
    do throws(Errno) {
      names.interfaces[key] = try Host.interfaceName(key.index)
    } catch {
      note(.interface(key), "\(error)")
    }
  }

  /// Whether it was tried in this pass; the next pass tries again.
  private func isUnread(_ thing: NamedThing) -> Bool {
    unread?.contains(thing) ?? false
  }

  private mutating func note(_ thing: NamedThing, _ reason: String) {
    var unread = unread ?? UnreadNames(thing, reason: reason)
    unread.add(thing)
    self.unread = unread
  }

  // 10 us each: what the owners' column says of a cgroup may take some 40 ms of a large host.
  private static let shortWalk = 4096

  /// Where nobody asked for them a short walk must do.
  private mutating func nameCgroups(_ ids: Set<UInt64>, areAsked: Bool) {
    let ids = ids.filter {
      names.cgroups[$0] == nil && !namelessCgroups.contains($0)
        && (areAsked || !remoteCgroups.contains($0))
    }
    if ids.isEmpty { return }
    var containers = ContainerNames()
    let found = CgroupPaths.of(ids, limit: areAsked ? .max : Self.shortWalk)
    for (id, path) in found.paths {
      names.cgroups[id] = CgroupName(path) { containers.name(of: $0) }
    }
    let rest = ids.filter { names.cgroups[$0] == nil }
    if !areAsked {
      remoteCgroups.formUnion(rest)
    } else if let failure = found.failure {
      for id in rest { note(.cgroup(id), "\(failure)") }
    } else {
      namelessCgroups.formUnion(rest)
    }
  }

  private mutating func nameServices(_ request: ServiceRequest) {
    if hasAllServices || request.isEmpty { return }
    hasAllServices = request.asksAll
    names.services =
      request.asksAll ? Services.all() : Services.names(of: request.ports, request.kinds)
  }

  /// Which ports need their service's name.
  private struct ServiceRequest {
    private let choice: ServicePorts
    private(set) var ports: Set<UInt16> = []
    private(set) var kinds: SocketKindSet = []

    init(_ choice: ServicePorts) { self.choice = choice }

    var asksAll: Bool { choice == .everyService }
    var isEmpty: Bool { !asksAll && ports.isEmpty }

    mutating func note(_ socket: Socket) {
      let limit: UInt16
      switch choice {
      case .none, .everyService: return
      case .wellKnown: limit = 1023
      case .all: limit = .max
      }
      note(socket.local.port, socket.kind, upTo: limit)
      note(socket.remote.port, socket.kind, upTo: limit)
    }

    private mutating func note(_ port: UInt16, _ kind: SocketKind, upTo limit: UInt16) {
      guard port > 0, port <= limit else { return }
      ports.insert(port)
      kinds.insert(SocketKindSet(kind))
    }
  }

  /// The processes that own a row. A lookup sees every process, but another query lets other rows
  /// through.
  mutating func owningProcesses(
    of snapshot: Snapshot, _ query: Query, _ generation: Int
  ) -> [Int32] {
    var asked = query
    asked.needs = []
    if owning?.generation != generation || owning?.asked != asked {
      let pids = snapshot.namedProcesses(Array(0..<UInt32(snapshot.count)))
      owning = Owning(pids: pids, generation: generation, asked: asked)
      let known = Set(pids)
      names.processes = names.processes.filter { known.contains($0.key) }
    }
    return owning?.pids ?? []
  }

  /// Names processes of a snapshot. One that is not the process that was seen, but a younger one with
  /// the same pid, is taken off the rows. False where that happened or a process is gone.
  mutating func nameProcesses(
    _ pids: [Int32], of snapshot: inout Snapshot, commands: Bool, executables: Bool = false,
    root: String
  ) throws(SourceError) -> Bool {
    let asksMore = commands && !hasCommands || executables && !hasExecutables
    if asksMore || namedSince != snapshot.ownersSince { names.processes = [:] }
    (hasCommands, hasExecutables) = (commands, executables)
    namedSince = snapshot.ownersSince
    forget(allBut: pids)
    let unread = pids.filter { names.processes[$0] == nil } + again(pids)
    let read = try ProcessReader(root: root).read(
      unread, commands: commands, executables: executables, seenIn: snapshot.ownerIndex,
      since: snapshot.ownersSince)
    for pid in unread { names.processes[pid] = read.names[pid] }
    namedAt = .now()
    var builder = SnapshotBuilder(copying: snapshot)
    builder.names.processes = names.processes
    builder.names.unreadProcesses = read.unread
    builder.table.notices += read.notices
    if let unread = read.unread {
      builder.table.notices.append(.remark(unread.sentence))
    }
    if !read.replaced.isEmpty { builder.removeOwners(read.replaced) }
    snapshot = builder.frozen()
    let refused = read.unread?.pids ?? []
    return read.replaced.isEmpty
      && unread.allSatisfy { read.names[$0] != nil || refused.contains($0) }
  }

  /// Whose sockets are gone: a caller that asks for some rows only may come for weeks.
  private mutating func forget(allBut pids: [Int32]) {
    if names.processes.count <= 2 * pids.count + 1024 { return }
    let known = Set(pids)
    names.processes = names.processes.filter { known.contains($0.key) }
  }

  /// The next few of the processes that have a name: so many that none is older than ten seconds, or
  /// than the query that comes next after that.
  private mutating func again(_ pids: [Int32]) -> [Int32] {
    let named = pids.filter { names.processes[$0] != nil }
    let share = namedAt.map { min(1, $0.elapsed / .seconds(10)) } ?? 1
    let few = max(Self.few, Int(Double(named.count) * share))
    if named.count <= few { return named }
    next = next < named.count ? next : 0
    let chosen = named[next...].prefix(few)
    next = chosen.endIndex
    return Array(chosen)
  }
}
