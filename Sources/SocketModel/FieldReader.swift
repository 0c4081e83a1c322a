/// A field's reader at hand, for many rows: to look the field up in the catalogue costs more than to
/// read it.
public struct FieldReader: Sendable {
  public let field: Field
  private let reader: Field.Reader
  private let member: MemberPlace

  public init(_ field: Field) {
    self.field = field
    reader = field.reader
    member = field.member
  }

  @inline(__always)
  public func value(of row: Row) -> Value { reader(row, member) }
}

extension FieldReader: Hashable {
  public static func == (a: FieldReader, b: FieldReader) -> Bool { a.field == b.field }

  public func hash(into hasher: inout Hasher) { hasher.combine(field) }
}
