internal import SocketModel

/// Payload bytes that a connection moved so far.
public struct ByteCounts: Hashable, Sendable {
  public var received: UInt64
  public var sent: UInt64

  static let zero = ByteCounts(received: 0, sent: 0)

  public init(received: UInt64, sent: UInt64) {
    self.received = received
    self.sent = sent
  }

  /// Nil where the source does not count.
  init?(_ traffic: SocketTraffic?) {
    guard let traffic, let received = traffic.received, let sent = traffic.sent else { return nil }
    self.init(received: received, sent: sent)
  }
}

/// How fast bytes move, in bytes a second.
public struct ByteRates: Hashable, Sendable {
  public var received: Double
  public var sent: Double

  public static let zero = ByteRates(received: 0, sent: 0)

  init(received: Double, sent: Double) {
    self.received = received
    self.sent = sent
  }

  /// Between two counts. The kernel takes a FIN back from its count once it knows of it: less than
  /// before is nothing.
  init(from older: ByteCounts, to newer: ByteCounts, within seconds: Double) {
    func rate(_ before: UInt64, _ after: UInt64) -> Double {
      after > before && seconds > 0 ? Double(after - before) / seconds : 0
    }
    received = rate(older.received, newer.received)
    sent = rate(older.sent, newer.sent)
  }

  public var sum: Double { received + sent }

  func adding(_ other: ByteRates) -> ByteRates {
    ByteRates(received: received + other.received, sent: sent + other.sent)
  }
}
