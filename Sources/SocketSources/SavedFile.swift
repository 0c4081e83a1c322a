internal import KernelFormats
public import SocketModel

/// What `--json`, `--ndjson` or `record` wrote: one or more tables of sockets, each of a moment.
///
/// A document is one table. Lines of `--ndjson` are a table for each time in them. A recording has lines
/// that say where a table is complete (`"record":"sample"`): what comes after the last of them was cut
/// off, and is no table.
public struct SavedFile: Sendable {
  private let bytes: [UInt8]
  private let document: JSONValue?
  public private(set) var samples: [Sample] = []
  /// Whether it ends within a line, or within a table of a recording.
  public private(set) var isCut = false
  /// Whether it is of `record`.
  public private(set) var isRecording = false
  /// What was asked for, as it says itself; nil where it does not.
  public private(set) var question: SavedQuestion?

  /// A table that it holds.
  public struct Sample: Sendable {
    public let time: Timestamp?
    /// Where the lines start that it is made of: those of a whole table, and what changed since.
    fileprivate let start: Int
    /// Where its own lines start: those since the one before.
    fileprivate let ownStart: Int
    fileprivate let end: Int
    /// Whether sockets may be missing.
    fileprivate let isIncomplete: Bool
    /// How many rows it says that it has.
    fileprivate var rows: UInt64?
  }

  public enum Failure: Error, Hashable, Sendable {
    /// Nothing in it is a table of sockets.
    case noTable
    /// Lines of `watch --ndjson`, which are changes alone.
    case eventsAlone
    /// Lines of more than one host, which can't be one table.
    case hosts(String, String)
    case malformed(String)
  }

  /// Whether bytes may be such a file: a raw recording begins otherwise.
  public static func mayBe(_ bytes: [UInt8]) -> Bool {
    let first = bytes.first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
    return first == UInt8(ascii: "{")
  }

  public init(_ bytes: [UInt8]) throws(Failure) {
    self.bytes = bytes
    if let first = Self.firstLine(bytes), first["sockets"] == nil, !first.isEmpty {
      document = nil
      isRecording = first["record"]?.text == "start"
      if isRecording {
        try indexRecording()
      } else {
        try indexLines()
      }
    } else {
      // A document is one value over many lines.
      do throws(MalformedJSON) {
        document = try JSONValue.object(JSONParser.value(of: bytes).members ?? [:])
      } catch {
        guard let rest = Self.cutDocument(bytes) else { throw .malformed("\(error)") }
        document = .object(rest)
        isCut = true
      }
      try indexDocument()
    }
    if samples.isEmpty { throw .noTable }
  }

  private static func firstLine(_ bytes: [UInt8]) -> [String: JSONValue]? {
    let end = bytes.firstIndex(of: newline) ?? bytes.count
    return (try? JSONParser.value(of: bytes, in: 0..<end))?.members
  }

  /// What there is of a document that was cut off: its head is a line, and each row.
  private static func cutDocument(_ bytes: [UInt8]) -> [String: JSONValue]? {
    let lines = bytes.split(separator: newline, omittingEmptySubsequences: false).dropLast()
    guard let first = lines.first, first.last == UInt8(ascii: "["),
      var head = try? JSONParser.value(of: Array(first) + Array("]}".utf8)).members
    else { return nil }
    head["sockets"] = .list(
      lines.dropFirst().compactMap { line in
        let row = line.last == UInt8(ascii: ",") ? line.dropLast() : line
        return try? JSONParser.value(of: Array(row))
      })
    head["undecided"] = .null
    return head
  }

  private static let newline = UInt8(ascii: "\n")

  private func object(_ range: Range<Int>) -> [String: JSONValue]? {
    (try? JSONParser.value(of: bytes, in: range))?.members
  }

  /// Calls `body` with each whole line.
  private func forEachLine(from start: Int, to end: Int, _ body: (Range<Int>) -> Void) {
    var at = start
    while at < end, let stop = bytes[at..<end].firstIndex(of: Self.newline) {
      if stop > at { body(at..<stop) }
      at = stop + 1
    }
  }

  // MARK: Where the tables are

  private mutating func indexDocument() throws(Failure) {
    guard let members = document?.members, members["sockets"]?.list != nil else { throw .noTable }
    question = SavedQuestion(members)
    let undecided = members["undecided"]
    samples = [
      Sample(
        time: members["time"]?.text.flatMap { Timestamp(rfc3339: $0) }, start: 0, ownStart: 0,
        end: bytes.count, isIncomplete: undecided != nil && undecided != .number(0))
    ]
  }

  private mutating func indexLines() throws(Failure) {
    var time: String?
    var start = 0
    var isIncomplete = false
    var holdsEvents = false
    var last = 0
    var found: [Sample] = []
    var asked: SavedQuestion?
    var hosts = SavedHosts()
    func add(to end: Int) {
      guard let time else { return }
      found.append(
        Sample(
          time: Timestamp(rfc3339: time), start: start, ownStart: start, end: end,
          isIncomplete: isIncomplete))
    }
    forEachLine(from: 0, to: bytes.count) { line in
      last = line.upperBound + 1
      guard
        let head = try? JSONParser.members(of: bytes, in: line, upTo: "protocol"),
        head["protocol"] != nil || head["kind"]?.text == "host"
      else { return }
      if head["event"] != nil { holdsEvents = true }
      hosts.take(head)
      asked = SavedQuestion(head) ?? asked
      let own = head["time"]?.text ?? ""
      if own != time {
        add(to: line.lowerBound)
        (time, start, isIncomplete) = (own, line.lowerBound, false)
      }
      if head["incomplete"]?.flag != false { isIncomplete = true }
    }
    isCut = last < bytes.count
    isIncomplete = isIncomplete || isCut
    add(to: last)
    samples = found
    question = asked
    if holdsEvents { throw .eventsAlone }
    if let other = hosts.other { throw .hosts(hosts.first, other) }
  }

  private mutating func indexRecording() throws(Failure) {
    // Each line of a recording that is no row begins so: `RecordLines` writes them.
    let mark = Array("{\"schema\":1,\"record\":\"".utf8)
    var base: Int?
    var own = 0
    var last = 0
    var found: [Sample] = []
    var asked: SavedQuestion?
    var hosts = SavedHosts()
    forEachLine(from: 0, to: bytes.count) { line in
      last = line.upperBound + 1
      guard line.count > mark.count, bytes[line].starts(with: mark), let head = object(line),
        let kind = head["record"]?.text
      else { return }
      switch kind {
      case "start", "gap":
        if kind == "start" {
          asked = SavedQuestion(head) ?? asked
          hosts.take(head)
        }
        base = nil
        own = last
      case "sample":
        if head["whole"]?.flag == true { base = own }
        if let base {
          found.append(
            Sample(
              time: head["time"]?.text.flatMap { Timestamp(rfc3339: $0) }, start: base,
              ownStart: own, end: line.lowerBound,
              isIncomplete: head["incomplete"]?.flag != false, rows: head["rows"]?.number))
        }
        own = last
      case "end": own = last
      default: break
      }
    }
    samples = found
    question = asked
    isCut = last < bytes.count || own < last
    if let other = hosts.other { throw .hosts(hosts.first, other) }
  }
}

// MARK: Reading one

extension SavedFile {
  /// The position of the last table that is not of later than this moment; nil where all are.
  public func last(before time: Timestamp) -> Int? {
    samples.lastIndex { $0.time.map { !(time < $0) } ?? false }
  }

  /// The position of the table whose moment is nearest to this one.
  public func nearest(to time: Timestamp) -> Int {
    var best = 0
    for (index, sample) in samples.enumerated() {
      guard let own = sample.time, let former = samples[best].time else { continue }
      if abs(own, time) < abs(former, time) { best = index }
    }
    return best
  }

  private func abs(_ a: Timestamp, _ b: Timestamp) -> Duration {
    a < b ? b.since(a) : a.since(b)
  }

  /// A table. With `since` also the rows that were in an earlier one from that on, as they were last.
  public func snapshot(_ index: Int, since first: Int? = nil) -> Snapshot {
    let sample = samples[index]
    var reader = SavedRowReader()
    var origin = SavedOrigin()
    if let members = document?.members {
      origin.take(members)
      for value in members["sockets"]?.list ?? [] { reader.take(value.members ?? [:]) }
    } else if isRecording {
      readRecording(sample, samples[first ?? index], &reader, &origin)
    } else {
      for sample in samples[min(first ?? index, index)...index] {
        forEachLine(from: sample.start, to: sample.end) { line in
          guard let object = object(line) else { return reader.takeUnreadable() }
          origin.take(object)
          if object["protocol"] == nil { return }
          reader.take(object)
        }
      }
    }
    if first != nil { reader.keepLastOfEach() }
    var builder = SnapshotBuilder(
      time: sample.time ?? .epoch, host: origin.host, saved: reader.rows)
    builder.identity = origin.identity
    builder.names = reader.names
    builder.namespaces = reader.namespaces
    builder.table.unread = reader.unread
    builder.table.unknown = reader.unknown
    if isRecording { builder.table.unknown.remove(.ages) }
    let lacks = sample.rows.map { first == nil && $0 != UInt64(reader.rows.count) } ?? false
    if sample.isIncomplete || lacks { builder.table.gap = .recording(holds: "less than there was") }
    return builder.frozen()
  }

  /// Rows have a number of their own in a recording: the last line of each counts, until one says that it
  /// closed.
  private func readRecording(
    _ sample: Sample, _ first: Sample, _ reader: inout SavedRowReader,
    _ origin: inout SavedOrigin
  ) {
    var lines: [UInt64: Range<Int>] = [:]
    var order: [UInt64] = []
    var unread = 0
    let keepsClosedFrom = first.time == sample.time ? Int.max : first.end
    forEachLine(from: min(sample.start, first.start), to: sample.end) { line in
      guard let head = try? JSONParser.members(of: bytes, in: line, upTo: "id"),
        let event = head["event"]?.text, let id = head["id"]?.number
      else {
        // Lines of another kind.
        if object(line)?["record"] == nil { unread += 1 }
        return
      }
      if event == "closed" {
        if line.lowerBound < keepsClosedFrom { lines[id] = nil }
        return
      }
      if lines.updateValue(line, forKey: id) == nil { order.append(id) }
    }
    for _ in 0..<unread { reader.takeUnreadable() }
    for id in order {
      guard let line = lines.removeValue(forKey: id) else { continue }
      guard let object = object(line) else {
        reader.takeUnreadable()
        continue
      }
      origin.take(object)
      let since = object["first_seen"]?.text.flatMap { Timestamp(rfc3339: $0) }
      let age = since.flatMap { since in
        sample.time.map { max(0, Int($0.since(since) / .milliseconds(1))) }
      }
      reader.take(object, age: age.map { UInt64($0) })
    }
  }
}

/// The hosts that lines of a file name: the first one, and another if there is one.
private struct SavedHosts {
  private(set) var first = ""
  private(set) var other: String?
  private var identity: (name: String?, machine: String?, boot: String?)?

  /// A host may get another name, and copies of one disk have one machine id: what has one boot id is one
  /// host, else name and machine id must be the same.
  mutating func take(_ members: [String: JSONValue]) {
    let own = (
      name: members["host"]?.text, machine: members["machine_id"]?.text,
      boot: members["boot_id"]?.text
    )
    guard let identity else {
      (identity, first) = (own, own.name ?? "one without a name")
      return
    }
    let isSame =
      own.boot != nil && own.boot == identity.boot
      || own.name == identity.name && own.machine == identity.machine
    if !isSame, other == nil { other = own.name ?? "another" }
  }
}

/// The host that lines of a file are of.
private struct SavedOrigin {
  var host = ""
  var identity = HostIdentity()

  mutating func take(_ members: [String: JSONValue]) {
    host = members["host"]?.text ?? host
    identity.machineID = members["machine_id"]?.text ?? identity.machineID
    identity.bootID = members["boot_id"]?.text ?? identity.bootID
  }
}

/// What a file says that was asked for, and of whom.
public struct SavedQuestion: Hashable, Sendable {
  /// As `Question.text` writes it.
  public let text: String
  /// Whether every process could be looked at; nil where owners were not asked.
  public let seesAll: Bool?

  public init(text: String, seesAll: Bool?) {
    self.text = text
    self.seesAll = seesAll
  }

  /// Nil where it does not say.
  init?(_ members: [String: JSONValue]) {
    guard let text = members["query"]?.text else { return nil }
    self.text = text
    seesAll = members["sees_all"]?.flag
  }
}
