/// What a unix socket is called (unix(7)), as it is shown and compared: a path as it was bound, and `@`
/// before a name of the abstract namespace. A relative path that begins with `@` is `./@…`, the same
/// file.
///
/// The bytes are the process's own choice, any at all: escape before showing.
public struct UnixName: Hashable, Sendable {
  public let text: String
  public let isAbstract: Bool

  /// The bytes of a path without the NUL that ends it, or of an abstract name without the NUL before it.
  public init(_ bytes: some Collection<UInt8>, isAbstract: Bool) {
    self.isAbstract = isAbstract
    let sign = UInt8(ascii: "@")
    if isAbstract {
      text = String(raw: [sign] + bytes)
    } else if bytes.first == sign {
      text = String(raw: Array("./".utf8) + bytes)
    } else {
      text = String(raw: bytes)
    }
  }

  /// The same for the same name as long as this program runs.
  public var number: UInt64 {
    var hasher = Hasher()
    hasher.combine(text)
    return UInt64(bitPattern: Int64(hasher.finalize()))
  }

  public var endpoint: Endpoint { .name(number, isAbstract: isAbstract) }
}

extension Endpoint {
  /// The name that it is; nil for every other end.
  public var unixName: NamedThing? {
    switch kind {
    case .path, .abstract: .unix(low)
    case .none, .ipv4, .ipv6, .link, .netlink: nil
    }
  }

  /// Whether it has a port.
  @inlinable public var isIP: Bool { kind == .ipv4 || kind == .ipv6 }
}
