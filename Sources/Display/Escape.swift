internal import SocketModel

/// Makes what other people's programs wrote harmless to a terminal and keeps it reversible.
///
/// Control bytes (ESC, DEL and C1 among them), bidirectional controls, zero-width and other
/// characters that print nothing, and bytes that are not UTF-8 become `\xNN`, a newline `\n`, a tab
/// `\t`, a backslash `\\`. So does a space at the end: `\x20`. The rest stays as it is.
public func escaped(_ bytes: some Sequence<UInt8>) -> String {
  var out: [UInt8] = []
  appendEscaped(Array(bytes).span, to: &out)
  return String(decoding: out, as: UTF8.self)
}

/// The same of a text.
public func escaped(_ text: String) -> String { escaped(text.rawBytes) }

/// Appends the escaped bytes; returns how many columns of a terminal they take.
@discardableResult
func appendEscaped(_ bytes: Span<UInt8>, to out: inout [UInt8]) -> Int {
  var width = 0
  var index = 0
  while index < bytes.count {
    let byte = bytes[index]
    if 0x21...0x7e ~= byte && byte != UInt8(ascii: "\\")
      || byte == 0x20 && index + 1 < bytes.count
    {
      out.append(byte)
      width += 1
      index += 1
      continue
    }
    let (scalar, length) = decodeScalar(bytes, at: index)
    if let scalar, length > 1, isPrinting(scalar) {
      for offset in 0..<length { out.append(bytes[index + offset]) }
      width += displayWidth(scalar)
    } else {
      for offset in 0..<length { width += appendEscape(bytes[index + offset], to: &out) }
    }
    index += length
  }
  return width
}

private func appendEscape(_ byte: UInt8, to out: inout [UInt8]) -> Int {
  out.append(UInt8(ascii: "\\"))
  switch byte {
  case UInt8(ascii: "\n"): out.append(UInt8(ascii: "n"))
  case UInt8(ascii: "\t"): out.append(UInt8(ascii: "t"))
  case UInt8(ascii: "\\"): out.append(byte)
  default:
    out.append(UInt8(ascii: "x"))
    out.append(hexDigit(byte >> 4))
    out.append(hexDigit(byte & 0xf))
    return 4
  }
  return 2
}

func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

/// The character that starts at a byte and its length (RFC 3629); nil and 1 where the bytes there
/// are no UTF-8: a continuation, an overlong form, a surrogate, past U+10FFFF, cut short.
func decodeScalar(_ bytes: Span<UInt8>, at index: Int) -> (scalar: Unicode.Scalar?, length: Int) {
  let first = bytes[index]
  if first < 0x80 { return (Unicode.Scalar(first), 1) }
  let length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
  guard 0xc2...0xf4 ~= first, index + length <= bytes.count else { return (nil, 1) }
  var value = UInt32(first) & (0x7f >> UInt32(length))
  for offset in 1..<length {
    let byte = bytes[index + offset]
    guard byte & 0xc0 == 0x80 else { return (nil, 1) }
    value = value << 6 | UInt32(byte & 0x3f)
  }
  let smallest: UInt32 = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80
  guard value >= smallest, let scalar = Unicode.Scalar(value) else { return (nil, 1) }
  return (scalar, length)
}

/// Whether a terminal shows the character where it is, and nothing else happens.
func isPrinting(_ scalar: Unicode.Scalar) -> Bool {
  if scalar.isASCII { return 0x20...0x7e ~= scalar.value }
  let properties = scalar.properties
  switch properties.generalCategory {
  case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
    .paragraphSeparator:
    return false
  default:
    return !properties.isDefaultIgnorableCodePoint
  }
}
