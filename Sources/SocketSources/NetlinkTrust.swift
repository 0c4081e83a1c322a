internal import LinuxSystem
internal import SocketModel

/// Whether /proc may answer where netlink does not. One collector has one, for each of its readings: what
/// netlink has told once would seem to be gone where /proc answers for a moment.
struct NetlinkTrust: Sendable {
  /// The kernel, or a sandbox, refuses netlink for good: nobody asks it again.
  private(set) var isRefused = false
  /// It has answered in an earlier reading.
  private var hasAnswered = false
  private var answersNow = false

  /// Netlink has answered.
  mutating func noteAnswer() { answersNow = true }

  /// Whether /proc is to be read in its place.
  mutating func yields(to error: SourceError) -> Bool {
    guard case .refused = error, !(hasAnswered && error.isPassing) else { return false }
    if !error.isPassing { isRefused = true }
    return true
  }

  /// One reading is over, of one network namespace or of many.
  mutating func endReading() { hasAnswered = hasAnswered || answersNow }
}

/// Netlink, and where the kernel refuses it what /proc has.
struct FirstThatAnswers: SocketBackend {
  private let first: any SocketBackend
  private let second: any SocketBackend
  private let trust: Locked<NetlinkTrust>

  init(_ first: any SocketBackend, _ second: any SocketBackend, _ trust: Locked<NetlinkTrust>) {
    self.first = first
    self.second = second
    self.trust = trust
  }

  var origin: String { first.origin }

  func begin(
    _ query: Query, reusing table: consuming SocketTable
  ) throws(SourceError) -> any SocketReading {
    do throws(SourceError) {
      let found = try first.begin(query, reusing: table).finish()
      trust.withLock { $0.noteAnswer() }
      return FinishedReading(found)
    } catch {
      guard case .refused(let reason) = error, trust.withLock({ $0.yields(to: error) }) else {
        throw error
      }
      var found = try second.begin(query, reusing: SocketTable()).finish()
      found.notices.append(
        .remark("\(first.origin) is refused (\(reason)); reading \(second.origin) instead"))
      return FinishedReading(found)
    }
  }
}
