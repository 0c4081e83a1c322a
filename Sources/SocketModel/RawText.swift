/// Bytes that need not be UTF-8, as text from which they can be had back: what was typed, paths, names
/// of users and interfaces.
///
/// A byte that is part of no character is the scalar U+10FF00 and the byte, in a range that is for
/// private use, as in PEP 383 it is a surrogate. A real character of that range is kept as its bytes.
extension String {
  public init(raw bytes: some Collection<UInt8>) {
    if let text = String(validating: bytes, as: UTF8.self), !text.mayHoldRawBytes {
      self = text
      return
    }
    self.init()
    var parser = Unicode.UTF8.ForwardParser()
    var rest = bytes.makeIterator()
    var position = bytes.startIndex
    while true {
      let length: Int
      var scalar: Unicode.Scalar?
      switch parser.parseScalar(from: &rest) {
      case .valid(let encoded):
        length = encoded.count
        scalar = UTF8.decode(encoded)
      case .error(let count): length = count
      case .emptyInput: return
      }
      let end = bytes.index(position, offsetBy: length)
      if let scalar, scalar.rawByte == nil {
        unicodeScalars.append(scalar)
      } else {
        for byte in bytes[position..<end] {
          guard let scalar = Unicode.Scalar(Self.firstRawScalar + UInt32(byte)) else { continue }
          unicodeScalars.append(scalar)
        }
      }
      position = end
    }
  }

  /// The bytes that it was made of.
  public var rawBytes: [UInt8] {
    if !mayHoldRawBytes { return Array(utf8) }
    return unicodeScalars.flatMap { scalar in
      scalar.rawByte.map { [$0] } ?? Array(UTF8.encode(scalar) ?? .init())
    }
  }

  fileprivate static var firstRawScalar: UInt32 { 0x10_ff00 }

  /// Whether `rawBytes` may be others than `utf8`: all scalars from U+100000 on begin so.
  public var mayHoldRawBytes: Bool { utf8.contains(0xf4) }
}

extension Unicode.Scalar {
  /// The byte that it stands for in a `String(raw:)`; nil for a character.
  public var rawByte: UInt8? {
    value >= String.firstRawScalar + 0x80 ? UInt8(truncatingIfNeeded: value) : nil
  }
}
