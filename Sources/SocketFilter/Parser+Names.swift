import SocketModel

extension Parser {
  /// Names are looked up now; a pattern is held against the name that each row carries.
  func userTest(_ operands: Operands) throws(FilterError) -> Test {
    let globs = operands.items.map(Glob.init)
    guard globs.allSatisfy(\.isPlain) else { return .text(FieldReader(.user), globs) }
    var uids: [UInt64] = []
    for item in operands.items {
      if let uid = names.uid(user: item.text) ?? UInt32(item.text) {
        uids.append(UInt64(uid))
      } else {
        let near = nearest(to: item.text, among: names.userNames)
        throw error(item, .unknownUser(item.text, nearest: near))
      }
    }
    return .number(FieldReader(.uid), NumberSet(uids))
  }

  func interfaceTest(_ operands: Operands) throws(FilterError) -> Test {
    let globs = operands.items.map(Glob.init)
    guard globs.allSatisfy(\.isPlain) else { return .text(FieldReader(.interface), globs) }
    var indexes: [UInt32] = []
    for item in operands.items { indexes.append(try interface(item.text, item)) }
    return .interfaces(indexes)
  }

  func interface(_ name: String, _ item: Lexeme) throws(FilterError) -> UInt32 {
    if let index = names.interface(name) ?? UInt32(name) { return index }
    let near = nearest(to: name, among: names.interfaceNames)
    throw error(item, .unknownInterface(name, nearest: near))
  }

  func cgroupTest(_ operands: Operands) throws(FilterError) -> Test {
    let globs = operands.items.map(Glob.init)
    guard globs.allSatisfy(\.isPlain) else { return .text(FieldReader(.cgroup), globs) }
    var ids: [UInt64] = []
    for item in operands.items {
      guard let id = names.cgroup(path: item.text) else {
        throw error(item, .unknownCgroup(item.text))
      }
      ids.append(id)
    }
    return .cgroups(ids)
  }

  /// `0x10`, or `0x10/0xff`: the bits under the mask.
  func markTest(_ operands: Operands) throws(FilterError) -> Test {
    let item = operands.value
    let parts = item.text.split(
      separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = parts.compactMap { cNumber($0).flatMap { UInt32(exactly: $0) } }
    guard numbers.count == parts.count, let value = numbers.first else {
      throw error(item, .notANumber(item.text, field: operands.field, withUnit: nil))
    }
    return .mark(value: value, mask: parts.count == 2 ? numbers[1] : .max)
  }
}
