internal import SocketModel

extension Cells {
  /// What the timer waits for and how long: `keepalive 1h59m`, `on 204ms (3)` after three tries.
  func writeTimer(_ timer: SocketTimer, to out: inout OutputSpan<UInt8>) -> Int {
    if timer.kind == .off { return writeAbsent(to: &out) }
    let start = out.count
    _ =
      timer.kind.name.map { write(word: $0, to: &out) }
      ?? write(number: UInt64(timer.kind.rawValue), to: &out)
    out.append(UInt8(ascii: " "))
    write(time: timer.expires, to: &out)
    if timer.retransmits > 0 { _ = write(text: " (\(timer.retransmits))", to: &out) }
    return out.count - start
  }

  /// Milliseconds as `204ms`, `1.2s`, `60s`, `16m`, `1h59m`, `2d3h`.
  private func write(time milliseconds: UInt32, to out: inout OutputSpan<UInt8>) {
    func write(_ number: UInt32, _ unit: UInt8) {
      out.append(decimal: UInt64(number))
      out.append(unit)
    }
    let seconds = milliseconds / 1000
    let minutes = seconds / 60
    switch milliseconds {
    case ..<1000:
      write(milliseconds, UInt8(ascii: "m"))
      out.append(UInt8(ascii: "s"))
    case ..<10_000:
      write(seconds, UInt8(ascii: "."))
      write(milliseconds / 100 % 10, UInt8(ascii: "s"))
    case ..<999_500: write((milliseconds + 500) / 1000, UInt8(ascii: "s"))
    case ..<3_600_000: write(minutes, UInt8(ascii: "m"))
    case ..<86_400_000:
      write(minutes / 60, UInt8(ascii: "h"))
      if minutes % 60 > 0 { write(minutes % 60, UInt8(ascii: "m")) }
    default:
      write(minutes / 1440, UInt8(ascii: "d"))
      if minutes / 60 % 24 > 0 { write(minutes / 60 % 24, UInt8(ascii: "h")) }
    }
  }
}
