/// A JSON value (RFC 8259).
public enum JSONValue: Hashable, Sendable {
  case null
  case flag(Bool)
  /// A whole number without a sign, a fraction or an exponent.
  case number(UInt64)
  /// Any other number.
  case decimal(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])
}

extension JSONValue {
  /// The members of an object; nil for any other value.
  public var members: [String: JSONValue]? {
    if case .object(let members) = self { members } else { nil }
  }

  public var text: String? { if case .text(let text) = self { text } else { nil } }

  public var number: UInt64? { if case .number(let number) = self { number } else { nil } }

  public var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }

  public var list: [JSONValue]? { if case .list(let list) = self { list } else { nil } }
}

/// Where a text stops being JSON.
public struct MalformedJSON: Error, Hashable, Sendable {
  /// Bytes from the start of the text.
  public let offset: Int
  public let problem: Problem

  public enum Problem: Hashable, Sendable {
    case end, byte, number, string, escape, depth, repeatedKey, remainder
  }
}

extension MalformedJSON: CustomStringConvertible {
  public var description: String {
    let words =
      switch problem {
      case .end: "the text ends too early"
      case .byte: "this byte does not belong here"
      case .number: "not a number"
      case .string: "a string that is not UTF-8, or has a control character"
      case .escape: "an unknown escape"
      case .depth: "values are nested more than \(JSONParser.deepest) deep"
      case .repeatedKey: "this key comes twice"
      case .remainder: "something follows the value"
      }
    return "byte \(offset): \(words)"
  }
}
