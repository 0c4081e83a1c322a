internal import LinuxSystem
public import SocketModel

extension Collector {
  /// The connections as they were last time, and when that was.
  struct Sample: Sendable {
    let snapshot: Snapshot
    let time: MonotonicInstant
  }

  /// Reads twice, so that connections can be judged by what changed in between: the answer is that of the
  /// second time. A recording is one moment, and while one is written only the second is.
  public mutating func collectTwice(
    _ query: Query, apart time: Duration
  ) throws(SourceError) -> Snapshot {
    try collectPair(query, apart: time).later
  }

  /// The same with what was read first; nil of a recording.
  public mutating func collectPair(
    _ query: Query, apart time: Duration
  ) throws(SourceError) -> (earlier: Snapshot?, later: Snapshot) {
    if isReplay { return (nil, try collect(query)) }
    let wide = query.wideForVerdicts
    if lastSample == nil {
      var first = wide
      first.needs = [.verdicts, .tcpInfo, .memory, .cookies]
      first.listeners = .nothing
      first.checksBound = false
      let recorder = recorder
      self.recorder = nil
      _ = try collect(first)
      self.recorder = recorder
    }
    if let last = lastSample {
      var nothing = PollSet()
      let left = time - last.time.elapsed
      if left > .zero { _ = try? nothing.wait(timeout: left) }
    }
    let earlier = lastSample?.snapshot
    return (earlier, try collect(wide))
  }

  /// Judges what was read by what was read before it.
  mutating func judge(_ builder: inout SnapshotBuilder) {
    let now = MonotonicInstant.now()
    if builder.table.unknown.contains(.tcpInfo) { return }
    builder.judge(
      since: lastSample?.snapshot, elapsed: lastSample.map { now - $0.time } ?? .zero)
    lastSample = isReplay ? nil : Sample(snapshot: builder.frozen(), time: now)
  }
}
