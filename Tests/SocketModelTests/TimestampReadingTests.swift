import SocketModel
import Testing

@Suite struct TimestampReadingTests {
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0, 0), ("2026-02-28T23:59:59.123Z", 1_772_323_199, 123_000_000),
      ("2024-02-29 12:00:00z", 1_709_208_000, 0), ("2026-03-01T01:59:59+02:00", 1_772_323_199, 0),
      ("2026-02-28T18:29:59-05:30", 1_772_323_199, 0), ("1969-12-31T23:59:59Z", -1, 0),
      ("2000-03-01T00:00Z", 951_868_800, 0),
    ] as [(String, Int64, Int32)])
  func readsRFC3339(text: String, seconds: Int64, nanoseconds: Int32) {
    #expect(
      Timestamp(rfc3339: text) == Timestamp(seconds: seconds, nanoseconds: nanoseconds))
  }

  @Test(arguments: [
    "", "Z", "2026", "2026-02-28", "2026-13-01T00:00:00Z", "2026-01-32T00:00:00Z",
    "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:00", "2026-01-01T00:00:0Z",
    "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567890Z", "2026-01-01T00:00:00+2:00",
    "+026-01-01T00:00:00Z", "2026-01-01T00:00:00+25:00", "٢٠٢٦-01-01T00:00:00Z",
  ])
  func refusesOthers(text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }

  @Test func tellsTimesBetween() {
    let (a, b) = (
      Timestamp(seconds: 5, nanoseconds: 900_000_000), Timestamp(seconds: 7, nanoseconds: 0)
    )
    #expect(b.since(a) == .milliseconds(1100) && a < b)
  }
}
