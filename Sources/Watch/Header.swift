internal import Display
internal import SocketFilter
internal import SocketModel

/// The first lines: host, time, rates, counts by state, hidden owners.
extension WatchState {
  mutating func header(_ size: ScreenSize) -> [StyledLine] {
    var line = StyledLine(" ", .reversed)
    var lines: [StyledLine] = []
    let most = size.rows >= 12 ? 2 : 1
    for part in headerParts {
      let gap = line.width > 1 ? 2 : 0
      if line.width + gap + part.width > size.columns, line.width > 1, lines.count + 1 < most {
        lines.append(line)
        line = StyledLine(" ", .reversed)
      } else {
        line.append(spaces: gap, .reversed)
      }
      line.append(part.fitting(size.columns - line.width))
    }
    lines.append(line)
    // A line that came once stays, so that nothing below jumps.
    widths.headerLines = max(widths.headerLines, lines.count)
    while lines.count < min(widths.headerLines, most) { lines.append(StyledLine()) }
    return lines.map { line in
      var line = line
      line.cut(to: size.columns)
      return line.reversed(to: size.columns)
    }
  }

  private var headerParts: [HeaderPart] {
    var parts = [HeaderPart(StyledLine(escaped(table.shown.host), .bold))]
    if table.time == nil {
      return parts + [HeaderPart(StyledLine("reading …"), failureRemark.map { "; " + $0 } ?? "")]
    }
    parts.append(HeaderPart(StyledLine(clock)))
    if isPaused { parts.append(HeaderPart(StyledLine("PAUSED", .bold))) }
    if let totals = arrangement.totals {
      parts.append(
        HeaderPart(StyledLine("in " + rateText(totals.received) + "  out " + rateText(totals.sent)))
      )
    }
    return parts + [HeaderPart(StyledLine(arrangement.summary), remarks)]
  }

  /// What is said of the rows that are counted: what they leave open first.
  private var remarks: String {
    var remarks = [failureRemark].compactMap { $0 }
    if arrangement.hiddenOwners > 0 {
      remarks.append("owners of \(grouped(arrangement.hiddenOwners)) hidden")
    }
    if arrangement.undecided > 0 {
      remarks.append("can't tell of \(grouped(arrangement.undecided)) more")
    }
    remarks += arrangement.gaps.map(\.words)
    for word in arrangement.beginnings.map(\.word) { remarks.append("\(word) taken as \(word)*") }
    if !table.countsBytes && !table.snapshot.isEmpty {
      remarks.append("no rates: /proc does not count bytes")
    }
    if let slowness { remarks.append("a refresh takes \(Quantity.interval(slowness))") }
    if sort != .address || isReversed {
      remarks.append("by \(sort.name)" + (isReversed ? ", reversed" : ""))
    }
    return remarks.reduce(into: "") { $0 += "; " + $1 }
  }

  /// Why is in the last line.
  private var failureRemark: String? {
    failure.map { failure in
      failure.age.map { "refresh failed, the last good one \(Quantity.interval($0)) ago" }
        ?? "a refresh failed"
    }
  }

  /// Rates in the header keep their width.
  private func rateText(_ rate: Double) -> String {
    let text = Quantity.rate(rate)
    return String(repeating: " ", count: max(0, 8 - text.utf8.count)) + text
  }

  /// The wall clock's time of day.
  var clock: String {
    let day = 86_400
    let seconds = Int(table.snapshot.time.seconds % Int64(day)) + settings.secondsFromUTC
    let local = ((seconds % day) + day) % day
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(two(local / 3600)):\(two(local / 60 % 60)):\(two(local % 60))"
  }
}

/// Some words of the first lines, and after them what must be seen first where room is short.
private struct HeaderPart {
  private let words: StyledLine
  private let remarks: StyledLine

  init(_ words: StyledLine, _ remarks: String = "") {
    self.words = words
    self.remarks = StyledLine(remarks)
  }

  var width: Int { words.width + remarks.width }

  /// Both, the words shortened where they take more than so many columns.
  func fitting(_ room: Int) -> StyledLine {
    var line = words
    line.cut(to: max(1, room - remarks.width))
    line.append(remarks)
    return line
  }
}
