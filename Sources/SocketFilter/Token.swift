/// How a field is compared with a value.
enum Comparison: String, CaseIterable {
  case equal = "="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="

  /// The word that ss takes for it, or nil.
  init?(word: String) {
    switch word {
    case "eq": self = .equal
    case "ne", "neq": self = .notEqual
    case "lt": self = .less
    case "le", "leq": self = .lessOrEqual
    case "gt": self = .greater
    case "ge", "geq": self = .greaterOrEqual
    default: return nil
    }
  }
}

struct Token {
  enum Kind: Equatable {
    case open, close, not, and, or
    case comparison(Comparison)
    case word
  }

  var kind: Kind
  var lexeme: Lexeme
}
