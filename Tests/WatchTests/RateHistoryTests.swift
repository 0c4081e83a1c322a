import Testing

@testable import Watch

struct RateHistoryTests {
  private func history(_ samples: [(Int, Double)]) -> RateHistory {
    var history = RateHistory()
    for (second, rate) in samples {
      history.append(ByteRates(received: rate, sent: 0), at: .seconds(second))
    }
    return history
  }

  @Test func putsEachSampleInItsPartOfTheMinute() {
    let history = history([(55, 10), (100, 30), (101, 20)])
    #expect(
      history.peaks(6, until: .seconds(101)) { $0.received } == [10, nil, nil, nil, nil, 30])
  }

  @Test func forgetsWhatIsOlderThanAMinute() {
    let history = history([(0, 1), (30, 2), (61, 3)])
    #expect(history.peaks(1, until: .seconds(61)) { $0.received } == [3])
    #expect(history.peaks(2, until: .seconds(61)) { $0.received } == [2, 3])
  }

  @Test func drawsTheHighestRateHighest() {
    #expect(RateHistory.sparkline([nil, 0, 50, 100]) == " ▁▄█")
    #expect(RateHistory.sparkline([0, 0]) == "▁▁")
    #expect(RateHistory.sparkline([]) == "")
  }
}
