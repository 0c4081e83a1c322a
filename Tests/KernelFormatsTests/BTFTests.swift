import KernelFormats
import TestSupport
import Testing

struct BTFTests {
  private func member(_ name: String, _ bytes: [UInt8]) throws -> BTFMember {
    let btf = try BTF(bytes.span, structures: ["s"], functions: [])
    return try btf.member(name, of: "s", bytes.span)
  }

  @Test func aNameIsTheWholeNameOfItsKind() throws {
    var writer = BTFWriter()
    let int = writer.integer("s", size: 4)
    _ = writer.structure("st", members: [])
    _ = writer.structure("s", members: [.init(name: "ab", type: int, bits: 32)])
    _ = writer.structure("s", members: [.init(name: "a", type: int, bits: 64)])
    #expect(try member("ab", writer.file) == BTFMember(offset: 4, width: .word))
    #expect(throws: BTFError(offset: 24, .missing("struct s.a"))) {
      try member("a", writer.file)
    }
    #expect(throws: BTFError(offset: 24, .missing("struct s.abc"))) {
      try member("abc", writer.file)
    }
  }

  @Test(arguments: [(4, 4), (5, 36), (6, 68)])
  func anonymousMembersAddTheirOffsets(depth: Int, offset: Int16) throws {
    var writer = BTFWriter()
    let byte = writer.integer("char", size: 1)
    var inner = writer.structure(members: [.init(name: "deep", type: byte, bits: 32)])
    for level in 4..<depth {
      inner = writer.structure(
        isUnion: level == 4, members: [.init(name: "", type: inner, bits: 256)])
    }
    _ = writer.structure("s", members: [.init(name: "", type: inner, bits: 0)])
    #expect(try member("deep", writer.file) == BTFMember(offset: offset, width: .byte))
  }

  /// `skc_net.net`: the way leads through structures that are members, and their names for types.
  @Test func aPathLeadsIntoMembers() throws {
    var writer = BTFWriter()
    let int = writer.integer("int", size: 4)
    let array = writer.add(kind: 3, words: [int, int, 4])
    let inner = writer.structure(
      members: [
        .init(name: "before", type: int, bits: 0), .init(name: "number", type: int, bits: 32),
        .init(name: "list", type: array, bits: 64),
      ])
    let named = writer.typedef("inner_t", inner)
    let union = writer.structure(
      isUnion: true, members: [.init(name: "inner", type: named, bits: 0)])
    _ = writer.structure(
      "s",
      members: [
        .init(name: "", type: union, bits: 64),
        .init(name: "pointer", type: writer.pointer(to: inner), bits: 512),
      ])
    let bytes = writer.file
    #expect(try member("inner.number", bytes) == BTFMember(offset: 12, width: .word))
    let btf = try BTF(bytes.span, structures: ["s"], functions: [])
    #expect(try btf.offset("inner.list", of: "s", bytes.span) == 16)
    #expect(try btf.offset("inner", of: "s", bytes.span) == 8)
    // A pointer is not followed: that takes a load.
    for path in ["pointer.number", "inner.no", "inner.number.no", "no.number"] {
      #expect(throws: BTFError(offset: 24, .missing("struct s.\(path)"))) {
        try member(path, bytes)
      }
    }
  }

  // With the kind flag the upper 8 bits of an offset are a width: read as one number, the member
  // would lie two megabytes away.
  @Test func bitFieldsAreToldFromWholeMembers() throws {
    var writer = BTFWriter()
    let int = writer.integer("int", size: 4)
    let start = writer.file.count - 5
    _ = writer.structure(
      "s", hasWidths: true,
      members: [
        .init(name: "field", type: int, bits: 64, width: 32),
        .init(name: "odd", type: int, bits: 3), .init(name: "whole", type: int, bits: 96),
      ])
    #expect(try member("whole", writer.file) == BTFMember(offset: 12, width: .word))
    #expect(throws: BTFError(offset: start + 12, .bitfield)) { try member("field", writer.file) }
    #expect(throws: BTFError(offset: start + 24, .bitfield)) { try member("odd", writer.file) }
  }

  @Test func aBitIsFoundInItsByte() throws {
    var writer = BTFWriter()
    let int = writer.integer("int", size: 1)
    let start = writer.file.count - 5
    _ = writer.structure(
      "s", hasWidths: true,
      members: [
        .init(name: "first", type: int, bits: 64, width: 1),
        .init(name: "second", type: int, bits: 77, width: 1),
        .init(name: "two", type: int, bits: 78, width: 2),
      ])
    func bit(_ name: String) throws -> [Int32] {
      let bytes = writer.file
      let bit = try BTF(bytes.span, structures: ["s"], functions: []).bit(name, of: "s", bytes.span)
      return [Int32(bit.offset), bit.mask]
    }
    #expect(try bit("first") == [8, 1])
    #expect(try bit("second") == [9, 0x20])
    #expect(throws: BTFError(offset: start + 36, .notBit)) { try bit("two") }
  }

  @Test func whatNoInstructionLoadsIsRefused() throws {
    var writer = BTFWriter()
    let wide = writer.integer("__int128", size: 16)
    let int = writer.integer("int", size: 4)
    let array = writer.add(kind: 3, words: [int, int, 4])
    let first = 24 + 16 + 16 + 24 + 12
    _ = writer.structure(
      "s",
      members: [
        .init(name: "wide", type: wide, bits: 0), .init(name: "array", type: array, bits: 0),
        .init(name: "void", type: 0, bits: 0), .init(name: "far", type: int, bits: 8 << 15),
      ])
    let file = writer.file
    #expect(throws: BTFError(offset: first, .notNumber)) { try member("wide", file) }
    #expect(throws: BTFError(offset: first + 12, .notNumber)) { try member("array", file) }
    #expect(throws: BTFError(offset: 24, .noSuchType(0))) { try member("void", file) }
    #expect(throws: BTFError(offset: first + 36, .notNumber)) { try member("far", file) }
  }

  @Test func circlesEnd() throws {
    var writer = BTFWriter()
    // A structure in itself, twice: every level doubles what is to be looked at.
    _ = writer.structure(
      "s",
      members: [
        .init(name: "", type: 1, bits: 0), .init(name: "", type: 1, bits: 64),
        .init(name: "self", type: 2, bits: 0),
      ])
    _ = writer.typedef("t", 2)
    let file = writer.file
    #expect(throws: BTFError(offset: 24, .missing("struct s.other"))) { try member("other", file) }
    #expect(throws: BTFError(offset: 24 + 12 + 24, .notNumber)) { try member("self", file) }
  }

  @Test func aTypeOfUnknownLengthEndsTheReading() {
    var writer = BTFWriter()
    writer.add(kind: 12, "f")
    writer.add(kind: 20, "later")
    #expect(throws: BTFError(offset: 36, .unknownKind(20))) { try member("a", writer.file) }
  }

  @Test(arguments: [
    (0, UInt8(0xeb), BTFError.Reason.notBTF, 0), (2, 2, .notBTF, 0),
    // Header length, type section, string section.
    (7, 1, .truncated, 8), (15, 1, .truncated, 8), (23, 1, .truncated, 16),
    // The structure says that it has 257 members.
    (24 + 16 + 5, 1, .truncated, 40),
  ])
  func lengthsAreHeldAgainstTheFile(
    _ index: Int, _ byte: UInt8, _ reason: BTFError.Reason, at offset: Int
  ) {
    var writer = BTFWriter()
    let int = writer.integer("int", size: 4)
    _ = writer.structure("s", members: [.init(name: "a", type: int, bits: 0)])
    var file = writer.file
    file[index] = byte
    #expect(throws: BTFError(offset: offset, reason)) { try member("a", file) }
  }

  @Test func errorsSayWhatAndWhere() {
    #expect(
      BTFError(offset: 24, .missing("struct file")).description == "no struct file, at byte 24")
    #expect(
      BTFError(offset: 36, .unknownKind(20)).description == "a type of unknown kind 20, at byte 36")
  }
}
