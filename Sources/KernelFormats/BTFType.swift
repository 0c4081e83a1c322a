internal import SocketModel

/// `BTF_KIND_…` (uapi linux/btf.h), as far as types are told apart here.
struct BTFKind: RawRepresentable, Hashable, Sendable {
  let rawValue: UInt8

  static let integer = BTFKind(rawValue: 1)
  static let pointer = BTFKind(rawValue: 2)
  static let array = BTFKind(rawValue: 3)
  static let structure = BTFKind(rawValue: 4)
  static let union = BTFKind(rawValue: 5)
  static let enumeration = BTFKind(rawValue: 6)
  static let forward = BTFKind(rawValue: 7)
  static let typedef = BTFKind(rawValue: 8)
  static let volatile = BTFKind(rawValue: 9)
  static let const = BTFKind(rawValue: 10)
  static let restrict = BTFKind(rawValue: 11)
  static let function = BTFKind(rawValue: 12)
  static let prototype = BTFKind(rawValue: 13)
  static let variable = BTFKind(rawValue: 14)
  static let section = BTFKind(rawValue: 15)
  static let float = BTFKind(rawValue: 16)
  static let declarationTag = BTFKind(rawValue: 17)
  static let typeTag = BTFKind(rawValue: 18)
  static let enumeration64 = BTFKind(rawValue: 19)

  /// The bytes that follow `struct btf_type` for `count` members, values or parameters; nil for a
  /// kind that is not known, whose length nobody can tell.
  func trailing(_ count: Int) -> Int? {
    switch self {
    case .integer, .variable, .declarationTag: 4
    case .array: 12
    case .structure, .union, .section, .enumeration64: 12 * count
    case .enumeration, .prototype: 8 * count
    case .pointer, .forward, .typedef, .volatile, .const, .restrict, .function, .float, .typeTag: 0
    default: nil
    }
  }
}

/// One type's `struct btf_type` and where it is; all of its bytes are known to be there.
struct BTFType {
  let at: Int
  /// Where the next type starts.
  let end: Int
  /// Into the string section; 0 for an anonymous type.
  let name: UInt32
  let kind: BTFKind
  /// Members, values or parameters.
  let count: Int
  /// Whether members' offsets are 24 bits below 8 bits of bit-field width.
  let hasWidths: Bool
  let sizeOrType: UInt32

  @inline(__always)
  init(_ bytes: Span<UInt8>, at: Int, within section: Range<Int>) throws(BTFError) {
    guard section.upperBound - at >= 12 else { throw BTFError(offset: at, .truncated) }
    let flags = bytes.uint32(at: at + 4)
    self.at = at
    name = bytes.uint32(at: at)
    kind = BTFKind(rawValue: UInt8(truncatingIfNeeded: flags >> 24 & 0x1f))
    count = Int(flags & 0xffff)
    hasWidths = flags >> 31 == 1
    sizeOrType = bytes.uint32(at: at + 8)
    guard let trailing = kind.trailing(count) else {
      throw BTFError(offset: at, .unknownKind(kind.rawValue))
    }
    end = at + 12 + trailing
    guard end <= section.upperBound else { throw BTFError(offset: at, .truncated) }
  }

  /// `struct btf_member`: where it is, its name and type, its place and, for a bit field, its
  /// width in bits (else 0).
  struct Member {
    let at: Int
    let name: UInt32
    let type: UInt32
    let bits: Int
    let width: UInt32
  }

  /// Of a structure or union, at an index below `count`.
  func member(_ index: Int, _ bytes: Span<UInt8>) -> Member {
    let at = at + 12 + 12 * index
    let offset = bytes.uint32(at: at + 8)
    return Member(
      at: at, name: bytes.uint32(at: at), type: bytes.uint32(at: at + 4),
      bits: Int(hasWidths ? offset & 0xff_ffff : offset), width: hasWidths ? offset >> 24 : 0)
  }
}
