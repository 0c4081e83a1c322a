internal import SocketModel

extension Cells {
  /// Bytes not read / not acknowledged, `-` for neither; of a listener connections waiting / limit,
  /// with `!` when it is full and `?` for a limit that /proc does not tell.
  func writeQueue(_ socket: Socket, to out: inout OutputSpan<UInt8>) -> Int {
    let isListener = socket.isListener
    if !isListener && socket.receiveQueue | socket.sendQueue == 0 { return writeAbsent(to: &out) }
    let start = out.count
    out.append(decimal: UInt64(socket.receiveQueue))
    out.append(UInt8(ascii: "/"))
    if isListener && !socket.knowsQueueLimit {
      out.append(UInt8(ascii: "?"))
    } else {
      out.append(decimal: UInt64(socket.sendQueue))
    }
    if socket.isQueueFull { out.append(UInt8(ascii: "!")) }
    return out.count - start
  }

  /// What the timer waits for and how long: `keepalive 119.2s`, `on 0.2s (3)` after three tries.
  func writeTimer(_ timer: SocketTimer, to out: inout OutputSpan<UInt8>) -> Int {
    if timer.kind == .off { return writeAbsent(to: &out) }
    let start = out.count
    _ =
      timer.kind.name.map { write(word: $0, to: &out) }
      ?? write(number: UInt64(timer.kind.rawValue), to: &out)
    out.append(UInt8(ascii: " "))
    out.append(decimal: UInt64(timer.expires / 1000))
    out.append(UInt8(ascii: "."))
    out.append(0x30 + UInt8(truncatingIfNeeded: timer.expires / 100 % 10))
    out.append(UInt8(ascii: "s"))
    if timer.retransmits > 0 { _ = write(text: " (\(timer.retransmits))", to: &out) }
    return out.count - start
  }
}
