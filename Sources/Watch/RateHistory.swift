/// The rates of one row over the last minute.
struct RateHistory: Sendable {
  private var samples: [(time: Duration, rates: ByteRates)] = []

  static let span = Duration.seconds(60)

  mutating func append(_ rates: ByteRates, at time: Duration) {
    samples.append((time, rates))
    let first = samples.firstIndex { $0.time > time - Self.span } ?? 0
    if first > 0 { samples.removeFirst(first) }
  }

  /// The highest rate in each of `count` equal parts of the minute up to `now`; nil where nothing
  /// was measured.
  func peaks(_ count: Int, until now: Duration, of part: (ByteRates) -> Double) -> [Double?] {
    var peaks = [Double?](repeating: nil, count: count)
    for sample in samples {
      // Samples are in the middle of their parts, so that none slips into its neighbour's.
      let parts = Int((now - sample.time) / Self.span * Double(count) + 0.5)
      let index = count - 1 - parts
      if peaks.indices.contains(index) { peaks[index] = max(peaks[index] ?? 0, part(sample.rates)) }
    }
    return peaks
  }

  /// A character for each part, the highest one for the highest rate; a space for none measured.
  static func sparkline(_ peaks: [Double?]) -> String {
    let bars: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    let top = peaks.compactMap { $0 }.max() ?? 0
    return String(
      peaks.map { peak -> Character in
        guard let peak else { return " " }
        return top > 0 ? bars[min(7, Int(peak / top * 7.999))] : bars[0]
      })
  }
}
