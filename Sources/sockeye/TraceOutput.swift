import Arguments
import Display
import LinuxSystem
import SocketModel
import SocketSources

/// How events are written: lines of text, objects or CSV, or totals every so often.
struct TraceOutput {
  private enum Form {
    case text(EventText)
    case data(EventForms)
  }

  private let form: Form
  private let dataForm: EventForms.Form?
  private var summary: EventSummary?
  private let origins: [Origin: String]
  private let palette: Palette
  private let hasHeader: Bool

  init(_ options: TraceOptions, _ namespaces: TracedNamespaces) throws(ExitError) {
    let identity = HostIdentity.ofThisHost()
    origins = [.host: Host.name, .machineID: identity.machineID, .bootID: identity.bootID]
      .compactMapValues { $0 }
    palette = Palette(options.presentation.color)
    summary = options.interval == nil ? nil : EventSummary()
    hasHeader = options.presentation.hasHeader
    switch options.presentation.format {
    case .table:
      form = .text(EventText(secondsFromUTC: LocalTime.secondsFromUTC(at: .now())))
      dataForm = nil
    case .ndjson:
      form = .data(EventForms(.ndjson))
      dataForm = .ndjson
    case .csv:
      form = .data(EventForms(.csv))
      dataForm = .csv
    case .json:
      throw ExitError(.wrongCommandLine, "trace: --json has one end; try --ndjson")
    }
  }

  /// What comes before the first event.
  var head: [UInt8] {
    guard dataForm == .csv, hasHeader else { return [] }
    return summary == nil ? EventForms.header : EventSummary.header
  }

  /// The lines of events, or none where they are summed up.
  mutating func lines(_ listing: Listing, isIncomplete: Bool) -> [UInt8] {
    if summary != nil {
      for row in listing { if let event = row.event { summary?.add(event) } }
      return []
    }
    let (wall, now) = (Timestamp.now(), MonotonicInstant.now())
    let times = listing.map { row in
      wall.earlier(by: now.nanoseconds - Int64(clamping: row.event?.time ?? 0))
    }
    switch form {
    case .text(let text):
      return zip(listing, times).flatMap { Array(text.line($0, at: $1).utf8) }
    case .data(let forms): return forms.lines(listing, at: times, isIncomplete: isIncomplete)
    }
  }

  /// The totals since the last ones; nil where nothing was.
  mutating func takeSummary() -> [UInt8]? {
    guard let sums = summary, !sums.isEmpty else { return nil }
    summary = EventSummary()
    guard let dataForm else {
      return Array("\(Timestamp.now().rfc3339)\n".utf8) + sums.text(palette) + [10]
    }
    return sums.lines(dataForm, origins.at(.now()))
  }
}

extension Timestamp {
  fileprivate func earlier(by nanoseconds: Int64) -> Timestamp {
    let all = Int64(self.nanoseconds) - nanoseconds
    let second = all >= 0 ? all / 1_000_000_000 : (all - 999_999_999) / 1_000_000_000
    return Timestamp(
      seconds: seconds + second, nanoseconds: Int32(clamping: all - second * 1_000_000_000))
  }
}
