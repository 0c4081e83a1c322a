import Display

/// `1 client`, `1,204 clients`.
func plural(_ count: Int, _ one: String, _ many: String) -> String {
  "\(grouped(count)) \(count == 1 ? one : many)"
}

/// Times as a person reads them: `0.21 ms`, `15 ms`, `3.2 s`, `25m10s`, `3h20m`.
func readable(_ duration: Duration) -> String {
  let microseconds =
    duration.components.seconds * 1_000_000
    + duration.components.attoseconds / 1_000_000_000_000
  func tenths(_ value: Int64, _ unit: Int64) -> String {
    "\(value / unit).\(value % unit * 10 / unit)"
  }
  return switch microseconds {
  case ..<10_000: "\(tenths(microseconds, 1000)) ms"
  case ..<1_000_000: "\(microseconds / 1000) ms"
  case ..<600_000_000: "\(tenths(microseconds, 1_000_000)) s"
  case ..<3_600_000_000: "\(microseconds / 60_000_000)m\(microseconds / 1_000_000 % 60)s"
  default: "\(microseconds / 3_600_000_000)h\(microseconds / 60_000_000 % 60)m"
  }
}
