public import SocketModel

/// A question about sockets as it was typed: `listening :443 and not user=root`.
///
/// The language is in the manual page; it takes the expressions of ss(8) as well. A filter of no
/// words matches every row.
public struct Filter: Hashable, Sendable {
  let expression: Expression?
  let program: Program?

  /// The filter that matches every row.
  public static let everything = Filter(nil)

  init(_ expression: Expression?) {
    self.expression = expression
    program = expression.map(Program.init)
  }

  /// Reads the words of a command line; one word may hold a whole expression. A word with nothing in
  /// it is an error: it is what an unset variable leaves, and must not stand for every socket.
  public init(parsing words: [String], names: some FilterNames) throws(FilterError) {
    var parser = try Parser(words, names: names)
    self.init(try parser.filter())
  }

  /// Reads a line that is typed as a whole: one with nothing in it is no filter.
  public init(parsing line: String, names: some FilterNames) throws(FilterError) {
    try self.init(parsing: Lexer.isBlank(line) ? [] : [line], names: names)
  }

  public var isEmpty: Bool { expression == nil }

  /// Whether the row matches. What the filter `needs` must be in the snapshot.
  public func matches(_ row: Row) -> Answer { program?.answer(row) ?? .yes }

  public static func == (a: Filter, b: Filter) -> Bool { a.expression == b.expression }

  public func hash(into hasher: inout Hasher) { hasher.combine(expression) }
}

extension Filter: CustomStringConvertible {
  /// The filter in its normal form: parsed again as a line it is the same.
  public var description: String { expression?.description ?? "" }
}
