import Arguments
import Display
import LinuxSystem
import SocketModel
import SocketSources
import Sockeye

/// `lsof -i …`
struct LsofCommand {
  private let arguments: LsofArguments
  private let isRedacted: Bool

  init(_ arguments: LsofArguments, _ isRedacted: Bool) {
    self.arguments = arguments
    self.isRedacted = isRedacted
  }

  /// 1 where something that was asked for was not found, as lsof.
  func run() throws -> Int32 {
    let places = try arguments.places.map { place in
      guard let service = place.service else { return place }
      let ports = try Services.ports(named: service)
      // The same name may be one port in TCP and another in UDP.
      guard ports.count == 1 else { throw NotAnswered("-i :\(service)") }
      return place.at(ports)
    }
    let uids = try arguments.users.map { name in
      guard let uid = try UInt32(name) ?? Accounts.uid(name: name) else {
        throw NotAnswered("-u \(name)")
      }
      return uid
    }
    var form = arguments.form
    var query = ToolQuery()
    query.kinds = [.all, .udpLite]
    query.unlisted = places.contains { $0.kind == nil } ? [.sctp] : []
    var naming = Naming()
    naming.users = false
    naming.services = form.hasServices && !arguments.printsPIDs ? .all : .none
    naming.hostTimeout = .seconds(120)
    var needs = form.needs
    if arguments.printsPIDs { needs.subtract(.hostNames) }
    var listing = try ToolRows(query, needs: needs, .proc).read(naming)
    listing.rows.removeAll { !isAsked(listing.snapshot[$0].socket, places) }
    let entries = LsofForm.entries(listing)
    for pid in Set(entries.map(\.process.pid)) {
      form.users[pid] = try? FileStatus(of: "/proc/\(pid)").user
    }
    let shown = entries.filter { isAsked($0, form.users, uids, listing.snapshot) }
    let isFound = isAllFound(shown, places, uids, form.users, listing.snapshot)
    if arguments.printsPIDs {
      var pids: [Int32] = []
      for entry in shown where pids.last != entry.process.pid { pids.append(entry.process.pid) }
      try Output.write(pids.map { "\($0)\n" }.joined())
    } else {
      if form.hasUserNames {
        var names = listing.snapshot.names
        for uid in Set(form.users.values) { names.users[uid] = try? Accounts.name(uid: uid) }
        listing.snapshot = listing.snapshot.naming(names)
      }
      if isRedacted {
        var redaction = Redaction()
        listing.snapshot = redaction.redact(listing.snapshot)
        form.users = form.users.mapValues { redaction.standIn(forUser: $0) }
      }
      try Output.write(form.rendering(shown, of: listing.snapshot))
    }
    return isFound ? 0 : 1
  }

  private func isAsked(_ socket: Socket, _ places: [LsofPlace]) -> Bool {
    if let states = arguments.states, socket.kind != .tcp || !states.contains(socket.state) {
      return false
    }
    return places.contains { $0.contains(socket) }
  }

  private func isAsked(
    _ entry: LsofForm.Entry, _ users: [Int32: UInt32], _ uids: [UInt32], _ snapshot: Snapshot
  ) -> Bool {
    let pid = entry.process.pid
    if !arguments.pids.isEmpty && !arguments.pids.contains(pid) { return false }
    if !uids.isEmpty && !(users[pid].map { uids.contains($0) } ?? false) { return false }
    if arguments.commands.isEmpty { return true }
    let name = snapshot.names.process(entry.process)?.name ?? []
    return arguments.commands.contains { name.starts(with: $0.rawBytes) }
  }

  /// Whether each thing that was asked for was seen among what is shown.
  private func isAllFound(
    _ shown: [LsofForm.Entry], _ places: [LsofPlace], _ uids: [UInt32], _ users: [Int32: UInt32],
    _ snapshot: Snapshot
  ) -> Bool {
    let sockets = shown.map { snapshot[$0.row].socket }
    let pids = Set(shown.map(\.process.pid))
    let seen = Set(pids.compactMap { users[$0] })
    let states = arguments.states ?? []
    let hasStates = TCPState.named.allSatisfy { state in
      !states.contains(state) || sockets.contains { $0.state == state }
    }
    return !shown.isEmpty && hasStates
      && places.allSatisfy { place in sockets.contains { place.contains($0) } }
      && pids.isSuperset(of: arguments.pids) && seen.isSuperset(of: uids)
      && arguments.commands.allSatisfy { command in
        shown.contains {
          (snapshot.names.process($0.process)?.name ?? []).starts(with: command.rawBytes)
        }
      }
  }
}
