import KernelFormats

/// Writes BTF type by type, as pahole does for the kernel.
struct BTFWriter {
  private var types: [UInt8] = []
  private var strings: [UInt8] = [0]
  private(set) var count: UInt32 = 0

  struct Member {
    let name: String
    let type: UInt32
    let bits: UInt32
    var width: UInt32 = 0
  }

  /// `struct btf_type` and the words that follow it; returns the type's id.
  @discardableResult
  mutating func add(
    kind: UInt32, _ name: String = "", count vlen: UInt32 = 0, flag: Bool = false,
    value sizeOrType: UInt32 = 0, words: [UInt32] = []
  ) -> UInt32 {
    let info = kind << 24 | vlen | (flag ? 1 << 31 : 0)
    for word in [string(name), info, sizeOrType] + words { types += bytes(word) }
    count += 1
    return count
  }

  mutating func integer(_ name: String, size: UInt32) -> UInt32 {
    add(kind: 1, name, value: size, words: [size * 8])
  }

  mutating func pointer(to type: UInt32 = 0) -> UInt32 { add(kind: 2, value: type) }

  mutating func typedef(_ name: String, _ type: UInt32) -> UInt32 {
    add(kind: 8, name, value: type)
  }

  /// With `hasWidths`, offsets are 24 bits and bit fields' widths stand above them.
  mutating func structure(
    _ name: String = "", isUnion: Bool = false, hasWidths: Bool = false, members: [Member]
  ) -> UInt32 {
    let words = members.flatMap { [string($0.name), $0.type, $0.bits | $0.width << 24] }
    return add(
      kind: isUnion ? 5 : 4, name, count: UInt32(members.count), flag: hasWidths, value: 64,
      words: words)
  }

  private mutating func string(_ text: String) -> UInt32 {
    if text.isEmpty { return 0 }
    defer { strings += Array(text.utf8) + [0] }
    return UInt32(strings.count)
  }

  /// The file: header, types, strings.
  var file: [UInt8] {
    let sections: [UInt32] = [
      24, 0, UInt32(types.count), UInt32(types.count), UInt32(strings.count),
    ]
    return [0x9f, 0xeb, 1, 0] + sections.flatMap(bytes) + types + strings
  }
}

private func bytes(_ word: UInt32) -> [UInt8] {
  [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: word >> $0) }
}

extension BTFWriter {
  /// The wanted types as a kernel might have them: members inside anonymous unions and structures,
  /// names for numbers, a structure with bit fields, every kind that is passed over.
  static func kernel() -> BTFWriter {
    var btf = BTFWriter()
    let short = btf.integer("short unsigned int", size: 2)
    let int = btf.integer("int", size: 4)
    let long = btf.integer("long unsigned int", size: 8)
    let mode = btf.typedef("umode_t", short)
    let process = btf.typedef("pid_t", btf.typedef("__kernel_pid_t", int))
    btf.add(kind: 3, words: [int, int, 4])  // array
    btf.add(kind: 6, "colour", count: 2, value: 4, words: [0, 0, 0, 1])  // enumeration
    btf.add(kind: 7, "file")  // a forward declaration is not the structure
    let inode = btf.structure(
      "inode",
      members: [
        Member(name: "i_mode", type: mode, bits: 0), Member(name: "i_uid", type: int, bits: 32),
        Member(name: "i_ino", type: btf.add(kind: 10, value: long), bits: 512),
      ])
    let pair = btf.structure(members: [
      Member(name: "f_lock", type: int, bits: 0),
      Member(name: "f_inode", type: btf.pointer(to: inode), bits: 64),
    ])
    let union = btf.structure(isUnion: true, members: [Member(name: "", type: pair, bits: 0)])
    btf.add(kind: 13, count: 1, words: [0, int])  // prototype of one parameter
    _ = btf.structure(
      "file",
      members: [
        Member(name: "f_mode", type: int, bits: 0), Member(name: "", type: union, bits: 128),
      ])
    btf.add(kind: 14, "variable", value: int, words: [1])
    btf.add(kind: 15, ".data", count: 1, value: 8, words: [int, 0, 4])
    btf.add(kind: 16, "double", value: 8)
    btf.add(kind: 17, "tag", value: int, words: [.max])
    btf.add(kind: 18, "rcu", value: int)
    btf.add(kind: 19, "big", count: 1, value: 8, words: [0, 1, 1])
    _ = btf.structure(
      "task_struct", hasWidths: true,
      members: [
        Member(name: "on_rq", type: int, bits: 0, width: 1),
        Member(name: "pid", type: process, bits: 64),
        Member(name: "tgid", type: process, bits: 9632),
      ])
    btf.add(kind: 12, "bpf_iter_task")
    btf.add(kind: 12, "bpf_iter_task_file")
    btf.add(kind: 12, "bpf_iter_task_file_more")
    return btf
  }
}
