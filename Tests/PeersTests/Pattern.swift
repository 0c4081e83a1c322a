import TestSupport

/// Bytes that tell one message from another, and a shifted one from a whole one.
func pattern(_ count: Int, seed: Int) -> [UInt8] {
  var generator = SeededGenerator(seed: UInt64(seed))
  var bytes = (0..<min(count, 1021)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
  while bytes.count < count { bytes += bytes.prefix(count - bytes.count) }
  return bytes
}
