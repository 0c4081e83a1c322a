internal import LinuxSystem
internal import SocketModel

/// Names from refresh to refresh: each is looked up once. Of the processes a few are looked at
/// again each time, since they take other names and end.
struct LiveNames: Sendable {
  private var names = Names()
  /// What has no name.
  private var namelessUsers: Set<UInt32> = []
  private var namelessCgroups: Set<UInt64> = []
  private var hasServices = false
  /// The processes that own a row, ascending.
  private var pids: [Int32] = []
  private var generation = 0
  /// The rows in which they were looked for.
  private var rows: Question?
  private var hasCommands = false
  /// Where the next few to look at again begin.
  private var next = 0

  // On most hosts these are all: what a program is called is never older than a refresh.
  private static let few = 64

  /// Names what the rows hold. False where a process turned out to be another one, or is gone.
  mutating func name(
    _ snapshot: inout Snapshot, _ question: Question, owners: LiveOwners, root: String
  ) throws(SourceError) -> Bool {
    let needs = question.needs
    if !hasServices { names.services = Services.all() }
    hasServices = true
    nameUsers(snapshot, all: needs.contains(.userNames))
    if needs.contains(.cgroups) { nameCgroups(snapshot) }
    var isCurrent = true
    if needs.contains(.processNames), !snapshot.owners.isEmpty {
      isCurrent = try nameProcesses(&snapshot, question, owners, root)
    }
    snapshot.names = names
    return isCurrent
  }

  private mutating func nameUsers(_ snapshot: Snapshot, all: Bool) {
    var last: UInt32?
    for row in snapshot.sockets.indices {
      let socket = snapshot.sockets[row]
      let index = socket.interface
      if index != 0 && names.interfaces[index] == nil {
        names.interfaces[index] = Host.interfaceName(index)
      }
      guard let uid = socket.uid, uid != last else { continue }
      if !all && snapshot.ownerStatus(row) != .hidden { continue }
      last = uid
      if names.users[uid] != nil || namelessUsers.contains(uid) { continue }
      if let name = Accounts.name(uid: uid) {
        names.users[uid] = name
      } else {
        namelessUsers.insert(uid)
      }
    }
  }

  private mutating func nameCgroups(_ snapshot: Snapshot) {
    let ids = Set(snapshot.details.compactMap(\.cgroup)).filter {
      names.cgroups[$0] == nil && !namelessCgroups.contains($0)
    }
    if ids.isEmpty { return }
    names.cgroups.merge(CgroupPaths.of(ids)) { $1 }
    namelessCgroups.formUnion(ids.filter { names.cgroups[$0] == nil })
  }

  private mutating func nameProcesses(
    _ snapshot: inout Snapshot, _ question: Question, _ owners: LiveOwners, _ root: String
  ) throws(SourceError) -> Bool {
    let wantsCommands = question.needs.contains(.commands)
    // A lookup sees every process, but another filter lets other rows through.
    var asked = question
    asked.needs = []
    if owners.generation != generation || rows != asked {
      generation = owners.generation
      rows = asked
      pids = snapshot.owningProcesses(Array(0..<UInt32(snapshot.sockets.count)))
      let owning = Set(pids)
      names.processes = names.processes.filter { owning.contains($0.key) }
    }
    if wantsCommands && !hasCommands { names.processes = [:] }
    hasCommands = wantsCommands
    let unread = pids.filter { names.processes[$0] == nil } + again()
    let read = try ProcessReader(root: root).read(
      unread, commands: wantsCommands, seenIn: owners.index, since: owners.ticks)
    for pid in unread { names.processes[pid] = read.names[pid] }
    if !read.replaced.isEmpty { snapshot.disown(read.replaced) }
    return read.replaced.isEmpty && unread.allSatisfy { read.names[$0] != nil }
  }

  /// The next few of the processes that have a name.
  private mutating func again() -> [Int32] {
    let named = pids.filter { names.processes[$0] != nil }
    if named.count <= Self.few { return named }
    next = next < named.count ? next : 0
    let chosen = named[next...].prefix(Self.few)
    next = chosen.endIndex
    return Array(chosen)
  }
}
