/// What is wrong with a kernel's BTF, and at which byte of the file.
public struct BTFError: Error, Hashable, Sendable {
  public let offset: Int
  public let reason: Reason

  public enum Reason: Hashable, Sendable {
    /// Magic number, byte order or version are not those of BTF.
    case notBTF
    /// Something reaches past the end of the file or of its section.
    case truncated
    /// A kind of type that came later than this reader.
    case unknownKind(UInt8)
    /// A type refers to an id that no type has.
    case noSuchType(UInt32)
    /// A structure, member or function that must be there is not.
    case missing(String)
    /// The member is a bit field.
    case bitfield
    /// The member is not a bit field of one bit.
    case notBit
    /// The member is not a number or pointer of 1, 2, 4 or 8 bytes at an offset that a program reaches.
    case notNumber
  }

  public init(offset: Int, _ reason: Reason) {
    self.offset = offset
    self.reason = reason
  }
}

extension BTFError: CustomStringConvertible {
  public var description: String {
    let what =
      switch reason {
      case .notBTF: "no BTF of this machine"
      case .truncated: "cut short"
      case .unknownKind(let kind): "a type of unknown kind \(kind)"
      case .noSuchType(let id): "no type has the id \(id)"
      case .missing(let name): "no \(name)"
      case .bitfield: "the member is a bit field"
      case .notBit: "the member is not one bit"
      case .notNumber: "the member is not a number that a program can load"
      }
    return "\(what), at byte \(offset)"
  }
}
