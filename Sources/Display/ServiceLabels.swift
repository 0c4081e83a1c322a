internal import SocketModel

/// Which ports are shown by their service's name.
public enum NumberStyle: Sendable {
  /// None (`-n`).
  case numeric
  /// Ports below 1024, so that who asks for 8080 sees 8080.
  case wellKnown
  /// All that have a name (`--services`).
  case all

  var firstNumericPort: Int {
    switch self {
    case .numeric: 0
    case .wellKnown: 1024
    case .all: 65536
    }
  }
}

/// Service names of ports, each looked up when a row first has the port.
struct ServiceLabels: Sendable {
  private static let notAsked = LabelPool.ID.max
  private static let none = LabelPool.ID.max - 1
  private let limit: Int
  private var ids: [LabelPool.ID]

  init(_ numbers: NumberStyle) {
    limit = numbers.firstNumericPort
    ids = Array(repeating: Self.notAsked, count: limit * SocketKind.internet.count)
  }

  /// Nil for a port that is shown as a number.
  @inline(__always)
  private func index(_ port: UInt16, _ kind: SocketKind) -> Int? {
    guard Int(port) < limit, let kind = kind.serviceKind else { return nil }
    return Int(kind.rawValue) * limit + Int(port)
  }

  mutating func resolve(
    _ port: UInt16, _ kind: SocketKind, _ services: ServiceNames,
    in pool: inout LabelPool
  ) {
    guard port != 0, let index = index(port, kind), ids[index] == Self.notAsked else { return }
    ids[index] = services.name(port, kind).map { pool.add($0) } ?? Self.none
  }

  @inline(__always)
  func id(_ port: UInt16, _ kind: SocketKind) -> LabelPool.ID? {
    guard let index = index(port, kind), ids[index] < Self.none else { return nil }
    return ids[index]
  }
}
