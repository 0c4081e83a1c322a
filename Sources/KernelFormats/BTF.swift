internal import SocketModel

/// Types of a kernel, found by name in its BPF Type Format: `/sys/kernel/btf/vmlinux`
/// (Documentation/bpf/btf.rst, uapi linux/btf.h).
///
/// One pass over the type section notes where each type starts and which have the names asked for;
/// nothing else is kept. The bytes stay the caller's and are passed again to each query. Only
/// little-endian bytes are read: those of the machines that Swift runs on.
public struct BTF: Sendable {
  /// Where the type of each id starts; id 0 is `void` and has no bytes.
  private var offsets: [UInt32] = []
  private let types: Range<Int>
  private let strings: Range<Int>
  private var wanted: [Wanted]

  private struct Wanted {
    let kind: BTFKind
    let name: [UInt8]
    var id: UInt32?
  }

  /// Finds structures, functions and type definitions by name; the first of a kind and name counts.
  public init(
    _ bytes: Span<UInt8>, structures: [String], functions: [String], typedefs: [String] = []
  ) throws(BTFError) {
    wanted =
      structures.map { Wanted(kind: .structure, name: Array($0.utf8)) }
      + functions.map { Wanted(kind: .function, name: Array($0.utf8)) }
      + typedefs.map { Wanted(kind: .typedef, name: Array($0.utf8)) }
    let asksTypedefs = !typedefs.isEmpty
    (types, strings) = try Self.sections(bytes)
    // Most types take 12 bytes and a few members: one allocation, mostly.
    offsets.reserveCapacity(types.count / 20)
    offsets.append(0)
    var at = types.lowerBound
    while at < types.upperBound {
      let type = try BTFType(bytes, at: at, within: types)
      if type.kind == .structure || type.kind == .function || asksTypedefs && type.kind == .typedef
      {
        note(type, bytes)
      }
      offsets.append(UInt32(truncatingIfNeeded: at))
      at = type.end
    }
  }

  /// The sections as `struct btf_header` places them, checked against the file's size.
  private static func sections(
    _ bytes: Span<UInt8>
  ) throws(BTFError) -> (types: Range<Int>, strings: Range<Int>) {
    guard bytes.count >= 24 else { throw BTFError(offset: bytes.count, .truncated) }
    guard bytes.uint16(at: 0) == 0xeb9f, bytes[2] == 1 else { throw BTFError(offset: 0, .notBTF) }
    let header = Int(bytes.uint32(at: 4))
    func section(_ field: Int) throws(BTFError) -> Range<Int> {
      let start = header + Int(bytes.uint32(at: field))
      let end = start + Int(bytes.uint32(at: field + 4))
      // A type's place is kept as 32 bits.
      guard end <= bytes.count, end <= Int(UInt32.max) else {
        throw BTFError(offset: field, .truncated)
      }
      return start..<end
    }
    return (try section(8), try section(16))
  }

  private mutating func note(_ type: BTFType, _ bytes: Span<UInt8>) {
    for index in wanted.indices where wanted[index].id == nil && wanted[index].kind == type.kind {
      if isNamed(type.name, wanted[index].name, bytes) {
        wanted[index].id = UInt32(offsets.count)
      }
    }
  }

  /// Whether the string at an offset of the string section is this name.
  private func isNamed(_ offset: UInt32, _ name: [UInt8], _ bytes: Span<UInt8>) -> Bool {
    let start = strings.lowerBound + Int(offset)
    guard start + name.count < strings.upperBound else { return false }
    for index in name.indices where bytes[start + index] != name[index] { return false }
    return bytes[start + name.count] == 0
  }
}

extension BTF {
  /// The number of types, `void` included.
  public var count: Int { offsets.count }

  /// The id of a function that was asked for.
  public func function(_ name: String) throws(BTFError) -> UInt32 {
    try id(.function, name, "function")
  }

  /// The id of a type definition that was asked for. A tracepoint's is `btf_trace_` and its name.
  public func typedef(_ name: String) throws(BTFError) -> UInt32 {
    try id(.typedef, name, "typedef")
  }

  /// How many parameters a function has that was asked for.
  public func parameters(
    of name: String, _ bytes: Span<UInt8>
  ) throws(BTFError) -> Int {
    let prototype = try type(try type(try function(name), bytes).sizeOrType, bytes)
    guard prototype.kind == .prototype else {
      throw BTFError(offset: prototype.at, .missing("parameters of \(name)"))
    }
    return prototype.count
  }

  private func id(_ kind: BTFKind, _ name: String, _ word: String) throws(BTFError) -> UInt32 {
    let found = wanted.first { $0.kind == kind && $0.name.elementsEqual(name.utf8) }
    guard let id = found?.id else {
      throw BTFError(offset: types.lowerBound, .missing(word + " " + name))
    }
    return id
  }

  /// Where a structure that was asked for holds a member, also one inside its anonymous structures
  /// and unions, or, as `skc_net.net`, inside a member that is a structure.
  public func member(
    _ path: String, of structure: String, _ bytes: Span<UInt8>
  ) throws(BTFError) -> BTFMember {
    let (member, bits) = try find(path, of: structure, bytes)
    return try place(member, bits, bytes)
  }

  /// Where a structure that was asked for holds a bit field of one bit.
  public func bit(
    _ path: String, of structure: String, _ bytes: Span<UInt8>
  ) throws(BTFError) -> BTFBit {
    let (member, bits) = try find(path, of: structure, bytes)
    guard member.width == 1, let offset = Int16(exactly: bits / 8) else {
      throw BTFError(offset: member.at, .notBit)
    }
    return BTFBit(offset: offset, mask: 1 << (bits % 8))
  }

  /// Where a member starts, in bytes, whatever it is.
  public func offset(
    _ path: String, of structure: String, _ bytes: Span<UInt8>
  ) throws(BTFError) -> Int16 {
    let (member, bits) = try find(path, of: structure, bytes)
    guard let offset = Int16(exactly: bits / 8) else {
      throw BTFError(offset: member.at, .notNumber)
    }
    return offset
  }

  /// The member, and its place in bits from the start of the structure.
  private func find(
    _ path: String, of structure: String, _ bytes: Span<UInt8>
  ) throws(BTFError) -> (BTFType.Member, bits: Int) {
    var id = try id(.structure, structure, "struct")
    var bits = 0
    var found: BTFType.Member?
    for name in path.split(separator: ".") {
      found = try find(Array(name.utf8), in: id, &bits, bytes)
      guard let member = found else { break }
      id = try unqualified(member.type, bytes).id
    }
    guard let found else {
      throw BTFError(offset: types.lowerBound, .missing("struct \(structure).\(path)"))
    }
    return (found, bits)
  }

  /// Nil where there is none of that name; else its place is added to `bits`.
  private func find(
    _ name: [UInt8], in structure: UInt32, _ start: inout Int, _ bytes: Span<UInt8>
  ) throws(BTFError) -> BTFType.Member? {
    // A bounded list and not recursion: a hostile structure may hold itself. No structure of the
    // kernel holds nearly so many anonymous ones.
    var aggregates = [(id: structure, bits: start)]
    var next = 0
    while next < aggregates.count {
      let (id, bits) = aggregates[next]
      next += 1
      let type = try type(id, bytes)
      guard type.kind == .structure || type.kind == .union else { continue }
      for index in 0..<type.count {
        let held = type.member(index, bytes)
        if held.name == 0 {
          if aggregates.count < 256 { aggregates.append((held.type, bits + held.bits)) }
        } else if isNamed(held.name, name, bytes) {
          start = bits + held.bits
          return held
        }
      }
    }
    return nil
  }

  private func place(
    _ member: BTFType.Member, _ bits: Int, _ bytes: Span<UInt8>
  ) throws(BTFError) -> BTFMember {
    guard member.width == 0, bits % 8 == 0 else { throw BTFError(offset: member.at, .bitfield) }
    guard let offset = Int16(exactly: bits / 8),
      let width = BPFInstruction.Width(bytes: try size(member.type, bytes))
    else { throw BTFError(offset: member.at, .notNumber) }
    return BTFMember(offset: offset, width: width)
  }

  /// The size of a number or pointer in bytes, names and qualifiers looked through; 0 for another
  /// type.
  private func size(_ id: UInt32, _ bytes: Span<UInt8>) throws(BTFError) -> Int {
    let type = try unqualified(id, bytes).type
    switch type.kind {
    case .pointer: return 8
    case .integer, .enumeration, .enumeration64: return Int(type.sizeOrType)
    default: return 0
    }
  }

  /// A type, names and qualifiers looked through.
  private func unqualified(
    _ id: UInt32, _ bytes: Span<UInt8>
  ) throws(BTFError) -> (id: UInt32, type: BTFType) {
    var id = id
    var type = try type(id, bytes)
    // Bounded: a hostile typedef may name itself.
    for _ in 0..<32 {
      switch type.kind {
      case .typedef, .const, .volatile, .restrict, .typeTag:
        id = type.sizeOrType
        type = try self.type(id, bytes)
      default: return (id, type)
      }
    }
    return (id, type)
  }

  private func type(_ id: UInt32, _ bytes: Span<UInt8>) throws(BTFError) -> BTFType {
    guard id != 0, id < offsets.count else {
      throw BTFError(offset: types.lowerBound, .noSuchType(id))
    }
    return try BTFType(bytes, at: Int(offsets[Int(id)]), within: types)
  }
}

/// The byte of its structure that a bit is in, and the bit in that.
public struct BTFBit: Hashable, Sendable {
  public let offset: Int16
  public let mask: Int32
}

/// A member's place in its structure, in bytes, and its size: what loads it.
public struct BTFMember: Hashable, Sendable {
  public let offset: Int16
  public let width: BPFInstruction.Width

  public init(offset: Int16, width: BPFInstruction.Width) {
    self.offset = offset
    self.width = width
  }
}
