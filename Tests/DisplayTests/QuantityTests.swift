import Testing

@testable import Display

struct QuantityTests {
  @Test(
    arguments: [
      (0, "0"), (9999, "9999"), (10_000, "10k"), (999_499, "999k"), (3_900_000, "3.9M"),
      (UInt32.max, "4.3G"),
    ] as [(UInt32, String)])
  func shortensCounts(count: UInt32, text: String) {
    #expect(Quantity.count(count) == text)
  }

  static let rates: [(Double, String)] = [
    (0, "-"), (0.4, "-"), (0.6, "1 B/s"), (999, "999 B/s"), (999.6, "1.0 kB/s"),
    (1234, "1.2 kB/s"), (9949, "9.9 kB/s"), (9960, "10 kB/s"), (999_400, "999 kB/s"),
    (999_600, "1.0 MB/s"), (1_250_000, "1.3 MB/s"), (125_000_000, "125 MB/s"),
    (4.2e15, "4.2 PB/s"), (4.2e20, "999 PB/s"),
  ]

  @Test(arguments: rates)
  func writesRatesWithinEightColumns(_ rate: (Double, String)) {
    #expect(Quantity.rate(rate.0) == rate.1)
    #expect(Quantity.rate(rate.0).count <= 8)
  }

  static let times: [(UInt64, String)] = [
    (0, "0 us"), (85, "85 us"), (999, "999 us"), (1234, "1.2 ms"), (45_600, "46 ms"),
    (999_400, "999 ms"), (1_200_000, "1.2 s"), (90_000_000, "90 s"),
    // Nearly two hours were one.
    (999_000_000, "999 s"), (1_000_000_000, "16m"), (3_599_000_000, "59m"), (7_200_000_000, "2h"),
    (7_199_000_000, "1h 59m"), (86_400_000_000, "1d"), (187_200_000_000, "2d 4h"),
    (.max, "213503982d"),
  ]

  @Test(arguments: times)
  func writesTimes(_ time: (UInt64, String)) {
    #expect(Quantity.time(microseconds: time.0) == time.1)
  }

  static let ages: [(Int, String)] = [
    (-5, "0s"), (0, "0s"), (59, "59s"), (60, "1m"), (3599, "59m"), (3600, "1h"), (86_399, "23h"),
    (86_400, "1d"), (86_400 * 9999, "9999d"),
  ]

  @Test(arguments: ages)
  func writesAges(_ age: (Int, String)) {
    #expect(Quantity.age(.seconds(age.0)) == age.1)
  }

  @Test func writesIntervals() {
    #expect(Quantity.interval(.milliseconds(100)) == "0.1 s")
    #expect(Quantity.interval(.seconds(1)) == "1 s")
    #expect(Quantity.interval(.milliseconds(1400)) == "1.4 s")
    #expect(Quantity.interval(.seconds(300)) == "300 s")
  }
}
