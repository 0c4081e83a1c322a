/// Bytes from a terminal to keys (ECMA-48 sequences as xterm, screen, tmux and the Linux console
/// send them, and UTF-8).
///
/// A sequence may come in any number of pieces. What no key sends is dropped. Esc begins a sequence
/// and is a key as well: while `isWaiting`, a short silence decides, which the caller tells by
/// `timeout`.
public struct KeyParser: Sendable {
  private var state = State.ground
  /// The parameters of a control sequence, or a character that is not complete.
  private var pending: [UInt8] = []

  private enum State {
    case ground, escape, control, single, console, utf8
  }

  // A longer sequence is not a key's.
  private static let longest = 32
  private static let esc: UInt8 = 0x1b

  public init() {}

  /// Whether more bytes, or a silence, must tell what was typed.
  public var isWaiting: Bool { state != .ground }

  public mutating func feed(_ bytes: Span<UInt8>) -> [Key] {
    var keys: [Key] = []
    for index in 0..<bytes.count { take(bytes[index], &keys) }
    return keys
  }

  /// Nothing followed for a while: an Esc that waits is the key, and half a sequence is nothing.
  public mutating func timeout() -> [Key] {
    let keys: [Key] = state == .escape ? [.escape] : []
    reset()
    return keys
  }

  private mutating func reset() {
    state = .ground
    pending = []
  }

  private mutating func take(_ byte: UInt8, _ keys: inout [Key]) {
    switch state {
    case .ground: takeFirst(byte, &keys)
    case .escape: takeAfterEscape(byte, &keys)
    case .control: takeControl(byte, &keys)
    case .single:
      reset()
      if let key = Self.named(byte) ?? (byte == UInt8(ascii: "M") ? .enter : nil) {
        keys.append(key)
      } else if byte < 0x20 {
        takeFirst(byte, &keys)
      }
    case .console: reset()
    case .utf8: takeContinuation(byte, &keys)
    }
  }

  private mutating func takeFirst(_ byte: UInt8, _ keys: inout [Key]) {
    switch byte {
    case Self.esc: state = .escape
    case 0x0a, 0x0d: keys.append(.enter)
    case 0x09: keys.append(.tab)
    case 0x08, 0x7f: keys.append(.backspace)
    case 0x01...0x1a: keys.append(.control(Unicode.Scalar(byte + 0x60)))
    case 0x20...0x7e: keys.append(.character(Unicode.Scalar(byte)))
    case 0xc2...0xf4:
      pending = [byte]
      state = .utf8
    default: break
    }
  }

  /// Esc and a character is Alt and that character, which no binding has: two keys, then, as when
  /// somebody types fast.
  private mutating func takeAfterEscape(_ byte: UInt8, _ keys: inout [Key]) {
    switch byte {
    case UInt8(ascii: "["): state = .control
    case UInt8(ascii: "O"): state = .single
    default:
      keys.append(.escape)
      reset()
      takeFirst(byte, &keys)
    }
  }

  private mutating func takeControl(_ byte: UInt8, _ keys: inout [Key]) {
    switch byte {
    case 0x20...0x3f where pending.count < Self.longest: pending.append(byte)
    // The Linux console's function keys: one more byte.
    case UInt8(ascii: "[") where pending.isEmpty: state = .console
    case 0x40...0x7e:
      let key = Self.key(parameters: pending, final: byte)
      reset()
      if let key { keys.append(key) }
    default:
      reset()
      if byte < 0x20 || byte > 0x7e { takeFirst(byte, &keys) }
    }
  }

  private mutating func takeContinuation(_ byte: UInt8, _ keys: inout [Key]) {
    guard byte & 0xc0 == 0x80 else {
      reset()
      return takeFirst(byte, &keys)
    }
    pending.append(byte)
    let length = pending[0] >= 0xf0 ? 4 : pending[0] >= 0xe0 ? 3 : 2
    if pending.count < length { return }
    let text = String(validating: pending, as: UTF8.self)
    reset()
    if let scalar = text?.unicodeScalars.first { keys.append(.character(scalar)) }
  }

  /// A modifier after the first parameter does not make it another key.
  private static func key(parameters: [UInt8], final: UInt8) -> Key? {
    if final == UInt8(ascii: "Z") { return .backTab }
    if final != UInt8(ascii: "~") {
      let isPlain = parameters.allSatisfy { 0x30...0x3b ~= $0 }
      return isPlain ? named(final) : nil
    }
    switch Array(parameters.prefix(while: { $0 != UInt8(ascii: ";") })) {
    case [UInt8(ascii: "1")], [UInt8(ascii: "7")]: return .home
    case [UInt8(ascii: "4")], [UInt8(ascii: "8")]: return .end
    case [UInt8(ascii: "3")]: return .delete
    case [UInt8(ascii: "5")]: return .pageUp
    case [UInt8(ascii: "6")]: return .pageDown
    case Array("20".utf8): return .function(9)
    default: return nil
    }
  }

  private static func named(_ final: UInt8) -> Key? {
    switch final {
    case UInt8(ascii: "A"): .up
    case UInt8(ascii: "B"): .down
    case UInt8(ascii: "C"): .right
    case UInt8(ascii: "D"): .left
    case UInt8(ascii: "H"): .home
    case UInt8(ascii: "F"): .end
    default: nil
    }
  }
}
