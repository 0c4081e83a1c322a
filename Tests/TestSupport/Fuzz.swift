/// A seeded generator (SplitMix64), so that a failing run can be repeated.
public struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// Calls `body` with every prefix of the bytes and then with `count` mutations of them: flipped
/// bits, changed, removed and repeated bytes. The body parses or throws; a trap ends the test run.
/// The seed is printed, and `SOCKEYE_FUZZ_SEED` sets it.
public func fuzz(_ bytes: [UInt8], mutations count: Int = 1000, _ body: ([UInt8]) throws -> Void) {
  for length in 0...bytes.count {
    try? body(Array(bytes.prefix(length)))
  }
  let given = environment("SOCKEYE_FUZZ_SEED").flatMap { UInt64($0) }
  let seed = given ?? UInt64.random(in: 0...999_999)
  print("fuzz: \(count) mutations of \(bytes.count) bytes, SOCKEYE_FUZZ_SEED=\(seed)")
  var generator = SeededGenerator(seed: seed)
  for _ in 0..<count {
    try? body(mutated(bytes, by: &generator))
  }
}

private func mutated(_ bytes: [UInt8], by generator: inout SeededGenerator) -> [UInt8] {
  var bytes = bytes
  for _ in 0..<Int.random(in: 1...8, using: &generator) where !bytes.isEmpty {
    let index = Int.random(in: bytes.indices, using: &generator)
    switch Int.random(in: 0..<5, using: &generator) {
    case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 1: bytes[index] = UInt8.random(in: 0...255, using: &generator)
    case 2: bytes[index] = [0, 0xff, 0x7f, 0x80].randomElement(using: &generator) ?? 0
    case 3: bytes.remove(at: index)
    default: bytes.insert(bytes[index], at: index)
    }
  }
  return bytes
}
