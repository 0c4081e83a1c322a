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
  private var headLabels = Labels<ProcessKey>()
  private var commandLabels = Labels<ProcessKey>()
  private let hasCommands: Bool
  private let hasExecutables: Bool

  init(
    _ listing: Listing, commands: Bool, executables: Bool = false, in place: Place = .json
  ) {
    snapshot = listing.snapshot
    hasCommands = commands
    hasExecutables = executables
    self.place = place
    for process in snapshot.owners(of: listing.rows) {
      let head = head(process)
      _ = headLabels.resolve(process, in: &heads) { _, pool in pool.add(ready: head.span) }
      if !commands && !executables { continue }
      let more = (commands ? command(process) : []) + (executables ? executable(process) : [])
      _ = commandLabels.resolve(process, in: &self.commands) { _, pool in
        pool.add(ready: more.span)
      }
    }
  }

  /// All that comes before the descriptors.
  private func head(_ process: ProcessKey) -> [UInt8] {
    var json = Array("{\"pid\":\(process.pid)".utf8)
    json.append(key: "name")
    if let name = snapshot.names.process(process)?.name {
      json.append(jsonBytes: name.span)
    } else {
      json.append("null")
    }
    json.append(key: "fds")
    json.append(UInt8(ascii: "["))
    return quoted(json)
  }

  private func command(_ process: ProcessKey) -> [UInt8] {
    var json: [UInt8] = []
    json.append(",\"command\":")
    if let command = snapshot.names.process(process)?.command {
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

  private func executable(_ process: ProcessKey) -> [UInt8] {
    var json: [UInt8] = []
    json.append(key: "exe_deleted")
    json.append(snapshot.names.process(process)?.exeIsDeleted.map { "\($0)" } ?? "null")
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
    var last: ProcessKey?
    snapshot.ownerIndex.forEachRecord(at: row.ownerSlot) { process, descriptor in
      if process == last {
        out.append(UInt8(ascii: ","))
      } else {
        if let last { end(last, &out) }
        if last != nil { out.append(UInt8(ascii: ",")) }
        last = process
        if let head = headLabels[process] { out += heads.bytes(head) }
      }
      if let descriptor { out.append(decimal: UInt64(max(0, descriptor))) }
    }
    if let last { end(last, &out) }
    out.append(UInt8(ascii: "]"))
    if place == .csv { out.append(UInt8(ascii: "\"")) }
  }

  private func end(_ process: ProcessKey, _ out: inout [UInt8]) {
    out.append(UInt8(ascii: "]"))
    if hasCommands || hasExecutables, let command = commandLabels[process] {
      out += commands.bytes(command)
    }
    out.append(UInt8(ascii: "}"))
  }
}
