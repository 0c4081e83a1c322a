internal import SocketModel

extension [UInt8] {
  /// Appends `,"name":`, or without the comma after an opening bracket.
  mutating func append(key: String) {
    if last != UInt8(ascii: "{") { append(UInt8(ascii: ",")) }
    append(UInt8(ascii: "\""))
    append(key)
    append(UInt8(ascii: "\""))
    append(UInt8(ascii: ":"))
  }

  /// Appends where and when a snapshot was taken, null for a recording's.
  mutating func append(originOf snapshot: Snapshot) { append(origins: snapshot.names.origins) }

  mutating func append(origins: [Origin: String]) {
    for origin in Origin.allCases {
      append(key: Field.origin(origin).name)
      append(jsonText: origins[origin])
    }
  }

  mutating func append(incomplete isIncomplete: Bool) {
    append(key: "incomplete")
    append(isIncomplete ? "true" : "false")
  }

  /// Appends what was asked for, and whether every process could be looked at, null where owners were not
  /// asked; neither where nobody says what was asked.
  mutating func append(questionOf listing: Listing) {
    guard let question = listing.question else { return }
    append(key: "query")
    append(jsonText: question.text)
    append(key: "sees_all")
    append(listing.snapshot.seesAll.map { "\($0)" } ?? "null")
  }

  mutating func append(jsonNumber number: UInt64?) {
    guard let number else { return append("null") }
    append(decimal: number)
  }

  /// Appends a text as a JSON string (RFC 8259, section 7). What prints nothing, or something else
  /// than it is, is written as `\u…`: JSON too may end on a terminal.
  mutating func append(jsonText text: String?) {
    guard let text else { return append("null") }
    append(UInt8(ascii: "\""))
    if text.utf8.allSatisfy({ isPlain($0) }) {
      append(text)
    } else {
      for scalar in text.unicodeScalars { append(jsonScalar: scalar) }
    }
    append(UInt8(ascii: "\""))
  }

  /// Appends bytes that another process chose: as UTF-8, a byte that is none as `\xNN` and a
  /// backslash doubled, so that the bytes can be had back.
  mutating func append(jsonBytes bytes: Span<UInt8>) {
    append(UInt8(ascii: "\""))
    var index = 0
    while index < bytes.count {
      if isPlain(bytes[index]) {
        append(bytes[index])
        index += 1
        continue
      }
      let (scalar, length) = decodeScalar(bytes, at: index)
      switch scalar {
      case "\\": append("\\\\\\\\")
      // Many readers end a text at a NUL.
      case "\0": append(jsonHex: 0)
      case let scalar?: append(jsonScalar: scalar)
      case nil: append(jsonHex: bytes[index])
      }
      index += length
    }
    append(UInt8(ascii: "\""))
  }

  private mutating func append(jsonHex byte: UInt8) {
    append("\\\\x")
    append(hexDigit(byte >> 4))
    append(hexDigit(byte & 0xf))
  }

  private mutating func append(jsonScalar scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": append("\\\"")
    case "\\": append("\\\\")
    case "\n": append("\\n")
    case "\t": append("\\t")
    case "\r": append("\\r")
    case _ where scalar.isASCII && isPrinting(scalar):
      append(UInt8(truncatingIfNeeded: scalar.value))
    case _ where isPrinting(scalar): append(contentsOf: String(scalar).utf8)
    case _ where scalar.rawByte != nil: append(jsonHex: UInt8(truncatingIfNeeded: scalar.value))
    default:
      for unit in String(scalar).utf16 { append(jsonUnit: unit) }
    }
  }

  private mutating func append(jsonUnit unit: UInt16) {
    append("\\u")
    for shift: UInt16 in [12, 8, 4, 0] {
      append(hexDigit(UInt8(truncatingIfNeeded: unit >> shift & 0xf)))
    }
  }
}

/// Whether a byte stands for itself in a JSON string.
private func isPlain(_ byte: UInt8) -> Bool {
  0x20...0x7e ~= byte && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
}
