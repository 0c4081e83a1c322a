/// The columns of a terminal that a printing character takes: 0 for one that is drawn over the
/// character before it, 2 for East Asian wide ones (UAX #11) and emoji, 1 for the rest.
func displayWidth(_ scalar: Unicode.Scalar) -> Int {
  if scalar.value < 0x300 { return 1 }
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark: return 0
  default: break
  }
  return isWide(scalar) ? 2 : 1
}

/// The columns of a text that is already escaped.
public func displayWidth(_ text: String) -> Int {
  text.unicodeScalars.reduce(0) { $0 + displayWidth($1) }
}

private func isWide(_ scalar: Unicode.Scalar) -> Bool {
  if scalar.value < 0x1100 { return false }
  if scalar.properties.isEmojiPresentation { return true }
  return wideBlocks.contains { $0.contains(scalar.value) }
}

/// The blocks whose characters are all wide; single symbols elsewhere have emoji presentation.
private let wideBlocks: [ClosedRange<UInt32>] = [
  0x1100...0x115f,  // Hangul Jamo
  0x2329...0x232a,  // angle brackets
  0x2630...0x2637, 0x268a...0x268f,  // Yijing symbols
  0x2e80...0x303e,  // CJK radicals and punctuation
  0x3041...0xa4cf,  // Kana to Yi, with CJK ideographs
  0xa960...0xa97c,  // Hangul Jamo Extended-A
  0xac00...0xd7a3,  // Hangul syllables
  0xf900...0xfaff,  // CJK compatibility ideographs
  0xfe10...0xfe19, 0xfe30...0xfe6b,  // vertical and small forms
  0xff01...0xff60, 0xffe0...0xffe6,  // fullwidth forms
  0x16fe0...0x18df2,  // Tangut, Khitan
  0x1aff0...0x1b2fb,  // Kana extensions, Nushu
  0x1d300...0x1d376,  // Tai Xuan Jing, counting rods
  0x1f200...0x1f265,  // enclosed ideographs
  0x20000...0x3fffd,  // ideographic planes
]
