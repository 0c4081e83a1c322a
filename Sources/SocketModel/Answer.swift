/// An answer in three values (Kleene's logic): a query about an owner that is hidden is neither
/// yes nor no.
public enum Answer: UInt8, Sendable, CaseIterable {
  case no
  case cantTell
  case yes

  @inlinable
  public init(_ isTrue: Bool) { self = isTrue ? .yes : .no }
}

extension Answer: Comparable {
  @inlinable
  public static func < (a: Answer, b: Answer) -> Bool { a.rawValue < b.rawValue }
}

extension Answer {
  @inlinable
  public static prefix func ! (answer: Answer) -> Answer {
    switch answer {
    case .no: .yes
    case .cantTell: .cantTell
    case .yes: .no
    }
  }
}
