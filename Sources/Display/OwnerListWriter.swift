internal import SocketModel

/// Writes all owners of a row as JSON: `[{"pid":812,"name":"sshd","fds":[3]}]`. What is said of a
/// process is made ready once.
struct OwnerListWriter: Sendable {
  /// Where the list is written.
  enum Place {
    case json
    /// In a cell, in quotes, and each quote of its own twice (RFC 4180).
    case csv
  }

  private let snapshot: Snapshot
  private let place: Place
  private var heads = LabelPool()
  private var commands = LabelPool()
  private var headLabels = Labels<Int32>()
  private var commandLabels = Labels<Int32>()
  private let hasCommands: Bool

  init(_ listing: Listing, commands: Bool, in place: Place = .json) {
    snapshot = listing.snapshot
    hasCommands = commands
    self.place = place
    for pid in snapshot.owningProcesses(listing.rows) {
      let head = head(pid)
      _ = headLabels.resolve(pid, in: &heads) { _, pool in pool.add(ready: head.span) }
      if !commands { continue }
      let command = command(pid)
      _ = commandLabels.resolve(pid, in: &self.commands) { _, pool in
        pool.add(ready: command.span)
      }
    }
  }

  /// All that comes before the descriptors.
  private func head(_ pid: Int32) -> [UInt8] {
    var json = Array("{\"pid\":\(pid)".utf8)
    json.append(key: "name")
    if let process = snapshot.names.processes[pid] {
      json.append(jsonBytes: process.name.span)
    } else {
      json.append("null")
    }
    json.append(key: "fds")
    json.append(UInt8(ascii: "["))
    return quoted(json)
  }

  private func command(_ pid: Int32) -> [UInt8] {
    var json: [UInt8] = []
    json.append(",\"command\":")
    if let command = snapshot.names.processes[pid]?.command {
      let arguments = (command.last == 0 ? command.dropLast() : command[...])
        .split(separator: 0, omittingEmptySubsequences: false)
      json.append(UInt8(ascii: "["))
      for (index, argument) in arguments.enumerated() {
        if index > 0 { json.append(UInt8(ascii: ",")) }
        json.append(jsonBytes: argument.span)
      }
      json.append(UInt8(ascii: "]"))
    } else {
      json.append("null")
    }
    return quoted(json)
  }

  private func quoted(_ json: [UInt8]) -> [UInt8] {
    switch place {
    case .json: json
    case .csv: json.flatMap { $0 == UInt8(ascii: "\"") ? [$0, $0] : [$0] }
    }
  }

  /// Appends the list; nothing or `null` where owners were not asked for.
  func append(_ row: Row, to out: inout [UInt8]) {
    if row.ownerStatus == .notAsked {
      if place == .json { out.append("null") }
      return
    }
    if place == .csv { out.append(UInt8(ascii: "\"")) }
    out.append(UInt8(ascii: "["))
    var last: Int32?
    snapshot.ownerIndex.forEachRecord(at: row.ownerSlot) { pid, descriptor in
      if pid == last {
        out.append(UInt8(ascii: ","))
      } else {
        if let last { end(last, &out) }
        if last != nil { out.append(UInt8(ascii: ",")) }
        last = pid
        if let head = headLabels[pid] { out += heads.bytes(head) }
      }
      out.append(decimal: UInt64(max(0, descriptor)))
    }
    if let last { end(last, &out) }
    out.append(UInt8(ascii: "]"))
    if place == .csv { out.append(UInt8(ascii: "\"")) }
  }

  private func end(_ pid: Int32, _ out: inout [UInt8]) {
    out.append(UInt8(ascii: "]"))
    if hasCommands, let command = commandLabels[pid] { out += commands.bytes(command) }
    out.append(UInt8(ascii: "}"))
  }
}
