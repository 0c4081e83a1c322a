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
      let ports = try Services.ports(named: service, place.kind.map { SocketKindSet($0) } ?? .all)
      // The same name may be one port in TCP and another in UDP.
      guard ports.count == 1 else { throw NotAnswered("-i :\(service)") }
      return place.at(ports)
    }
    let uids = try arguments.users.map { name in
      let number = name.hasPrefix("+") ? nil : UInt32(name)
      guard let uid = try number ?? Accounts.uid(name: name) else {
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
    let isFound = try isAllFound(shown, places, uids, listing.snapshot)
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
      sayNameless(shown, form, listing.snapshot.names)
      form.isUTF8 = Self.isUTF8
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

  /// Whether each thing that was asked for was seen: places and states among what is shown, processes among
  /// all there are.
  private func isAllFound(
    _ shown: [LsofForm.Entry], _ places: [LsofPlace], _ uids: [UInt32], _ snapshot: Snapshot
  ) throws -> Bool {
    let sockets = shown.map { snapshot[$0.row].socket }
    let states = arguments.states ?? []
    let hasStates = TCPState.named.allSatisfy { state in
      !states.contains(state) || sockets.contains { $0.state == state }
    }
    guard !shown.isEmpty, hasStates,
      places.allSatisfy({ place in sockets.contains { place.contains($0) } })
    else { return false }
    let commands = arguments.commands.map(\.rawBytes)
    return try LsofProcesses(pids: arguments.pids, uids: uids, commands: commands).areFound()
  }

  /// Says which users have no name, as often as lsof looks for it: for each line, and to measure it before.
  private func sayNameless(_ shown: [LsofForm.Entry], _ form: LsofForm, _ names: Names) {
    guard arguments.hasWarnings, form.hasUserNames, !isRedacted else { return }
    if let fields = form.fields, !fields.letters.contains("L") { return }
    for _ in 0..<(form.fields == nil ? 2 : 1) {
      var last: ProcessKey?
      for entry in shown {
        defer { last = entry.process }
        // Fields have it once for each process.
        if form.fields != nil && entry.process == last { continue }
        guard let uid = form.users[entry.process.pid], names.users[uid] == nil else { continue }
        Output.sayLine("lsof: no pwd entry for UID \(uid)")
      }
    }
  }

  /// By the variables that setlocale(3) reads.
  private static var isUTF8: Bool {
    let name = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { Environment[$0] }
      .first { !$0.isEmpty }
    return name.map { $0.lowercased().filter { $0 != "-" }.contains("utf8") } ?? false
  }
}
