import Arguments
import Display
import LinuxSystem
import SocketModel
import SocketSources

/// The file that `--from` names, and the table in it that is meant.
struct SavedChoice {
  let path: String
  /// Nil for a raw recording, which `Collector` reads.
  let file: SavedFile?
  let index: Int
  /// With `--since`: the table that was asked for.
  let since: Int?
  private let raw: [UInt8]
  private let isChosen: Bool

  // A million sockets are half a GiB.
  private static let longest = 1 << 30

  /// Nil where nobody asks for a file. Says what is to be known of it.
  init?(_ reading: Reading) throws(ExitError) {
    guard let path = reading.from else {
      if let typed = reading.at.map({ "--at \($0)" }) ?? reading.since.map({ "--since \($0)" }) {
        throw ExitError(
          .wrongCommandLine, "\(typed): it is of a recording; name it with --from FILE")
      }
      return nil
    }
    try self.init(path, at: reading.at, since: reading.since, isQuiet: reading.isQuiet)
  }

  init(_ path: String, at: String? = nil, since: String? = nil, isQuiet: Bool = false)
    throws(ExitError)
  {
    self.path = path
    isChosen = at != nil
    let bytes: [UInt8]
    do throws(FileFailure) {
      bytes = try FileDescriptor.contents(
        named: path, [.regular, .pipe], limit: Self.longest, chunk: 1 << 20)
    } catch {
      throw ExitError(.unreadable, "can't read \(path): \(explained(error))")
    }
    raw = bytes
    if bytes.isEmpty { throw ExitError(.unreadable, "\(path) is empty: it holds no table") }
    guard SavedFile.mayBe(bytes) else {
      if at != nil || since != nil {
        throw ExitError(.wrongCommandLine, "\(path) is a capture of one moment; leave --at out")
      }
      (file, index, self.since) = (nil, 0, nil)
      return
    }
    let file: SavedFile
    do throws(SavedFile.Failure) {
      file = try SavedFile(bytes)
    } catch {
      throw ExitError(.unreadable, "\(path) \(Self.words(error))")
    }
    self.file = file
    if file.isCut {
      Output.say("\(path) is cut off at its end; what is complete before that is read")
    }
    let last = file.samples.count - 1
    let asked = at ?? since
    if let asked {
      let time = try Self.moment(asked, before: file.samples[last].time, path)
      if since == nil {
        index = file.nearest(to: time)
        self.since = nil
        if !isQuiet { Output.say(Self.distance(file, index, time, path)) }
      } else {
        if let end = file.samples[last].time, end < time {
          throw ExitError(
            .cannotTell,
            "can't tell: the last table of \(path) is of \(Self.clock(end)), before \(Self.clock(time))"
          )
        }
        // What happened between the moment and the table after it shows against the one before.
        let first = file.last(before: time) ?? 0
        (index, self.since) = (last, first)
        if !isQuiet { Output.say(Self.span(file, first...last, path)) }
      }
    } else {
      if last > 0, !isQuiet, let time = file.samples[last].time {
        Output.say("\(path): the last of \(grouped(last + 1)) tables, of \(Self.clock(time))")
      }
      (index, self.since) = (last, nil)
    }
  }

  private static func words(_ failure: SavedFile.Failure) -> String {
    switch failure {
    case .noTable: "holds no complete table of sockets"
    case .eventsAlone:
      "holds changes alone, as watch --ndjson writes them; sockeye record writes tables as well"
    case .hosts(let one, let other):
      "holds lines of several hosts (\(one) and \(other)); pick those of one, e.g. with "
        + "jq -c 'select(.host == \"…\")'"
    case .malformed(let place): "is neither JSON of sockeye nor a capture: \(place)"
    }
  }

  /// Where a collector gets the table.
  var sockets: Collector.Sockets {
    guard let file else { return .recording(raw) }
    return .saved(SavedTables(file, at: index, since: since))
  }

  /// The same for the live view: the tables from there on, one after the other.
  var following: Collector.Sockets {
    get throws(ExitError) {
      guard let file else {
        throw ExitError(
          .wrongCommandLine, "watch: a capture is one moment; list it with --from")
      }
      return .saved(SavedTables(file, from: first))
    }
  }

  var countFollowing: Int? { file.map { $0.samples.count - first } }

  /// Where the live view begins: at the moment that was asked for, else at the first table.
  private var first: Int { since ?? (isChosen ? index : 0) }

  // MARK: Times

  private static func clock(_ time: Timestamp) -> String { time.rfc3339 }

  private static func span(_ file: SavedFile, _ tables: ClosedRange<Int>, _ path: String) -> String
  {
    guard let start = file.samples[tables.lowerBound].time,
      let end = file.samples[tables.upperBound].time, tables.count > 1
    else { return "\(path): its last table" }
    return "\(path): \(grouped(tables.count)) tables, from \(clock(start)) to \(clock(end))"
  }

  private static func distance(
    _ file: SavedFile, _ index: Int, _ time: Timestamp, _ path: String
  ) -> String {
    guard let own = file.samples[index].time else { return "\(path): its table has no time" }
    let isLater = time < own
    let distance = isLater ? own.since(time) : time.since(own)
    let words =
      distance < .milliseconds(1)
      ? "as asked" : "\(readable(distance)) \(isLater ? "after" : "before") \(clock(time))"
    return "\(path): the table of \(clock(own)), \(words)"
  }

  /// `2h` is so long ago, `03:00` the last such time before the recording's end.
  private static func moment(
    _ text: String, before end: Timestamp?, _ path: String
  ) throws(ExitError) -> Timestamp {
    if let time = Timestamp(rfc3339: text) { return time }
    let now = Timestamp.now()
    let zone = Int64(LocalTime.secondsFromUTC(at: end ?? now))
    if let time = Timestamp(clock: text[...], secondsFromUTC: zone) { return time }
    if let ago = ago(text) {
      return Timestamp(seconds: now.seconds - ago, nanoseconds: now.nanoseconds)
    }
    let reference = end ?? now
    let local = Timestamp(seconds: reference.seconds + zone, nanoseconds: 0)
    let day = local.rfc3339.prefix(11)
    if text.utf8.count <= 12, let time = Timestamp(clock: day + text, secondsFromUTC: zone) {
      return reference < time
        ? Timestamp(seconds: time.seconds - 86_400, nanoseconds: time.nanoseconds) : time
    }
    throw ExitError(
      .wrongCommandLine,
      "'\(text)' is no time; type 03:00, '2026-02-28 03:00', 2026-02-28T03:00:00Z or 2h")
  }

  /// Seconds.
  private static func ago(_ text: String) -> Int64? {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let last = text.last, let unit = units[last],
      text.dropLast().utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let number = Int64(text.dropLast()),
      number < 1 << 32
    else { return nil }
    return number * unit
  }
}
