/// `config.v2.json`, in which Docker keeps a container: what it is called.
public enum DockerConfig {
  /// The text of `"Name"` in the outermost object, without the slash that it begins with; nil where
  /// there is none, or it is not a name that Docker gives (`[a-zA-Z0-9][a-zA-Z0-9_.-]+`). Objects in it
  /// have names of their own, and texts in it are anybody's.
  public static func name(in json: Span<UInt8>) -> String? {
    var depth = 0
    var index = 0
    var key: Range<Int>?
    while index < json.count {
      switch json[index] {
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: "\""):
        guard let text = text(in: json, from: index + 1) else { return nil }
        index = text.upperBound
        if depth != 1 { break }
        if let key, equals(json, key, "Name") { return checked(json, text) }
        key = isKey(json, after: text) ? text : nil
      // What another key's value is.
      case UInt8(ascii: ","): if depth == 1 { key = nil }
      default: break
      }
      index += 1
    }
    return nil
  }

  /// Up to the closing quote.
  private static func text(in json: Span<UInt8>, from start: Int) -> Range<Int>? {
    var index = start
    while index < json.count {
      if json[index] == UInt8(ascii: "\"") { return start..<index }
      index += json[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }

  private static func isKey(_ json: Span<UInt8>, after text: Range<Int>) -> Bool {
    var index = text.upperBound + 1
    while index < json.count, [0x20, 0x09, 0x0a, 0x0d].contains(json[index]) { index += 1 }
    return index < json.count && json[index] == UInt8(ascii: ":")
  }

  private static func equals(_ json: Span<UInt8>, _ range: Range<Int>, _ word: String) -> Bool {
    range.count == word.utf8.count && zip(range, word.utf8).allSatisfy { json[$0] == $1 }
  }

  private static func checked(_ json: Span<UInt8>, _ text: Range<Int>) -> String? {
    let bytes = text.map { json[$0] }
    let name = bytes.first == UInt8(ascii: "/") ? bytes.dropFirst() : bytes[...]
    let isName = name.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
      default: "-._".utf8.contains(byte)
      }
    }
    return isName && !name.isEmpty ? String(decoding: name, as: UTF8.self) : nil
  }
}
