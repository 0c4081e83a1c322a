import SocketModel
import Testing

@testable import Display

@Suite struct TimestampTests {
  @Test(
    arguments: [
      (0, 0, "1970-01-01T00:00:00.000Z"), (951_827_696, 5_999_999, "2000-02-29T12:34:56.005Z"),
      (1_772_323_199, 999_999_999, "2026-02-28T23:59:59.999Z"),
      (4_107_542_400, 0, "2100-03-01T00:00:00.000Z"), (-1, 0, "1969-12-31T23:59:59.000Z"),
      (253_402_300_799, 0, "9999-12-31T23:59:59.000Z"), (68_169_600, 0, "1972-02-29T00:00:00.000Z"),
      (-2_203_891_200, 0, "1900-03-01T00:00:00.000Z"),
    ] as [(Int64, Int32, String)])
  func writesUTC(seconds: Int64, nanoseconds: Int32, text: String) {
    #expect(Timestamp(seconds: seconds, nanoseconds: nanoseconds).rfc3339 == text)
  }
}
