internal import SocketModel

/// What another tool prints as it is: names as their owners chose them, but what acts on a terminal. Control
/// characters become `\xNN`; scripts that read columns and real tools agree on all the rest.
func harmless(_ bytes: some Sequence<UInt8>) -> [UInt8] {
  var out: [UInt8] = []
  var isAfterC2 = false
  for byte in bytes {
    // C1, in UTF-8 two bytes: c2 80 to c2 9f.
    if isAfterC2 && 0x80...0x9f ~= byte {
      out.removeLast()
      appendHex(0xc2, to: &out)
      appendHex(byte, to: &out)
    } else if byte < 0x20 || byte == 0x7f {
      appendHex(byte, to: &out)
    } else {
      out.append(byte)
    }
    isAfterC2 = byte == 0xc2
  }
  return out
}

private func appendHex(_ byte: UInt8, to out: inout [UInt8]) {
  out.append("\\x")
  out.append(hexDigit(byte >> 4))
  out.append(hexDigit(byte & 0xf))
}

extension Names {
  /// The name of a unix socket as ss, netstat and lsof print it: `@` in place of the NUL before an abstract
  /// name, and of every other one in it. Empty for a socket without a name.
  func toolName(of end: Endpoint) -> [UInt8] {
    guard let name = end.unixName, let bytes = bytes(name) else { return [] }
    // They print a path that begins with `@` as it was bound.
    let hasPrefix = end.kind == .path && bytes.starts(with: "./@".utf8)
    return harmless(bytes.dropFirst(hasPrefix ? 2 : 0).map { $0 == 0 ? UInt8(ascii: "@") : $0 })
  }

  /// A port as netstat and lsof print it: `*` for none, and its service where that is asked for.
  func toolPort(_ port: UInt16, _ kind: SocketKind, byName: Bool) -> [UInt8] {
    if port == 0 { return [UInt8(ascii: "*")] }
    if byName, let name = services.name(port, kind) { return harmless(name.rawBytes) }
    return Array("\(port)".utf8)
  }
}

extension OutputSpan<UInt8> {
  mutating func append(spaces count: Int) {
    if count > 0 { append(repeating: UInt8(ascii: " "), count: count) }
  }

  mutating func append(_ bytes: ArraySlice<UInt8>) {
    for byte in bytes { append(byte) }
  }

  /// Moves what was written since a place to the right, and puts spaces before it.
  mutating func alignRight(from start: Int, in width: Int) {
    let padding = width - (count - start)
    if padding <= 0 { return }
    append(repeating: UInt8(ascii: " "), count: padding)
    var bytes = mutableSpan
    var index = bytes.count - 1
    while index >= start + padding {
      bytes[index] = bytes[index - padding]
      index -= 1
    }
    while index >= start {
      bytes[index] = UInt8(ascii: " ")
      index -= 1
    }
  }
}
