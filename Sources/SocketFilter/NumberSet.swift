/// A set of numbers as ranges that ascend and do not touch.
struct NumberSet: Hashable, Sendable {
  private(set) var ranges: [ClosedRange<UInt64>]

  static let empty = NumberSet([])
  static let all = NumberSet([0...UInt64.max])

  init(_ ranges: [ClosedRange<UInt64>]) {
    self.ranges = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = self.ranges.last,
        last.upperBound == .max || range.lowerBound <= last.upperBound + 1
      {
        let upper = max(last.upperBound, range.upperBound)
        self.ranges[self.ranges.count - 1] = last.lowerBound...upper
      } else {
        self.ranges.append(range)
      }
    }
  }

  init(_ numbers: some Sequence<UInt64>) { self.init(numbers.map { $0...$0 }) }

  /// What compares so with a number. `!=` counts as `=`: who asks turns the answer round.
  init(_ comparison: Comparison, _ number: UInt64) {
    switch comparison {
    case .equal, .notEqual: self.init([number...number])
    case .less: self.init(number == 0 ? [] : [0...(number - 1)])
    case .lessOrEqual: self.init([0...number])
    case .greater: self.init(number == .max ? [] : [(number + 1)...UInt64.max])
    case .greaterOrEqual: self.init([number...UInt64.max])
    }
  }

  func contains(_ number: UInt64) -> Bool {
    if ranges.count == 1 { return ranges[0].contains(number) }
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if number > ranges[middle].upperBound { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(number)
  }

  var complement: NumberSet {
    var gaps: [ClosedRange<UInt64>] = []
    var start: UInt64 = 0
    for range in ranges {
      if range.lowerBound > start { gaps.append(start...(range.lowerBound - 1)) }
      if range.upperBound == .max { return NumberSet(gaps) }
      start = range.upperBound + 1
    }
    return NumberSet(gaps + [start...UInt64.max])
  }

  func union(_ other: NumberSet) -> NumberSet { NumberSet(ranges + other.ranges) }
}
