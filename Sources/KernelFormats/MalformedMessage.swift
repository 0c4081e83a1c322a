/// Bytes that are not a message as the kernel writes it: where they are and what is wrong.
public struct MalformedMessage: Error, Hashable, Sendable {
  /// Bytes from the start of what was read.
  public let offset: Int
  public let problem: Problem

  public enum Problem: Hashable, Sendable {
    /// Fewer bytes are left than a header takes.
    case shortHeader(remaining: Int)
    /// A length that is smaller than its own header (0, say).
    case lengthTooSmall(Int)
    /// A length that reaches beyond the end.
    case overlong(length: Int, remaining: Int)
    /// The fixed part of a message is not all there.
    case shortPayload(Int)
    /// An address family that was not asked for.
    case family(UInt8)
    /// A protocol that is not listed.
    case ipProtocol(UInt32)
    /// A unix socket's type that is none.
    case socketType(UInt8)
  }

  public init(at offset: Int, _ problem: Problem) {
    self.offset = offset
    self.problem = problem
  }
}

extension MalformedMessage: CustomStringConvertible {
  /// `byte 72: length 0 is smaller than its header`.
  public var description: String { "byte \(offset): \(problem)" }
}

extension MalformedMessage.Problem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .shortHeader(let remaining): "a header of which only \(remaining) bytes are there"
    case .lengthTooSmall(let length): "length \(length) is smaller than its header"
    case .overlong(let length, let remaining): "length \(length) with \(remaining) bytes left"
    case .shortPayload(let count): "a message of only \(count) bytes"
    case .family(let family): "address family \(family)"
    case .ipProtocol(let number): "protocol \(number)"
    case .socketType(let number): "socket type \(number)"
    }
  }
}
