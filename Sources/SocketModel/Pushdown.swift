/// What a source may leave out: a condition on addresses and ports that every wanted row meets.
///
/// A source that can't use it, or only a part of it, passes too much; never too little. It has no
/// `not`: who makes one turns the negation into the other ranges, or into `everything`.
public indirect enum Pushdown: Hashable, Sendable {
  public enum End: UInt8, Sendable, CaseIterable { case local, remote }

  case everything
  case nothing
  case port(End, ClosedRange<UInt16>)
  /// An IPv4 block also admits v4-mapped addresses.
  case prefix(End, IPPrefix)
  case all([Pushdown])
  case any([Pushdown])

  public func admits(_ socket: Socket) -> Bool {
    switch self {
    case .everything: true
    case .nothing: false
    case .port(let end, let range): range.contains(socket[end].port)
    case .prefix(let end, let prefix): prefix.contains(socket[end])
    case .all(let parts): parts.allSatisfy { $0.admits(socket) }
    case .any(let parts): parts.contains { $0.admits(socket) }
    }
  }

  /// What of it is about ports, in the plainest form: it admits no less.
  public var ofPorts: Pushdown {
    switch self {
    case .everything, .prefix: .everything
    case .nothing, .port: self
    case .all(let parts): parts.reduce(.everything) { $0 && $1.ofPorts }
    case .any(let parts): parts.reduce(.nothing) { $0 || $1.ofPorts }
    }
  }

  /// Whether it admits a socket without another end, on some address and port.
  var admitsUnconnected: Bool {
    switch self {
    case .everything, .port(.local, _), .prefix(.local, _): true
    case .nothing: false
    case .port(.remote, let range): range.contains(0)
    case .prefix(.remote, let prefix):
      IPAddress.Family.allCases.contains { prefix.contains(IPAddress.unspecified($0)) }
    case .all(let parts): parts.allSatisfy(\.admitsUnconnected)
    case .any(let parts): parts.contains(where: \.admitsUnconnected)
    }
  }
}

extension Socket {
  public subscript(end: Pushdown.End) -> Endpoint { end == .local ? local : remote }
}

extension Pushdown {
  /// Both, in the plainest form.
  public static func && (a: Pushdown, b: Pushdown) -> Pushdown {
    switch (a, b) {
    case (.everything, let other), (let other, .everything): other
    case (.nothing, _), (_, .nothing): .nothing
    case (.all(let x), .all(let y)): .all(x + y)
    case (.all(let x), let y): .all(x + [y])
    case (let x, .all(let y)): .all([x] + y)
    default: .all([a, b])
    }
  }

  /// Either, in the plainest form.
  public static func || (a: Pushdown, b: Pushdown) -> Pushdown {
    switch (a, b) {
    case (.nothing, let other), (let other, .nothing): other
    case (.everything, _), (_, .everything): .everything
    case (.any(let x), .any(let y)): .any(x + y)
    case (.any(let x), let y): .any(x + [y])
    case (let x, .any(let y)): .any([x] + y)
    default: .any([a, b])
    }
  }
}
