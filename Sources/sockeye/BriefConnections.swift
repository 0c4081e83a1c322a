import Display
import SocketModel

/// Connections that were in no table, summed up by minute and other end.
struct BriefConnections {
  private struct Place: Hashable {
    let minute: Int64
    let kind: SocketKind
    let isIncoming: Bool
    /// Nil for those of many others.
    let remote: IPAddress?
    /// The server's.
    let port: UInt16
  }

  private struct Sum {
    var count: UInt64 = 0
    var sent: UInt64 = 0
    var received: UInt64 = 0
  }

  private var sums: [Place: Sum] = [:]

  // So many at most, whoever connects: a minute of more is told without the other ends.
  private static let most = 16_384

  mutating func add(
    _ socket: Socket, _ traffic: SocketTraffic?, isIncoming: Bool, at time: Timestamp
  ) {
    let minute = time.seconds / 60
    let port = isIncoming ? socket.local.port : socket.remote.port
    var place = Place(
      minute: minute, kind: socket.kind, isIncoming: isIncoming,
      remote: socket.remote.unmapped.address, port: port)
    if sums[place] == nil && sums.count >= Self.most {
      place = Place(
        minute: minute, kind: socket.kind, isIncoming: isIncoming, remote: nil, port: 0)
    }
    var sum = sums[place] ?? Sum()
    sum.count &+= 1
    sum.sent &+= traffic?.sent ?? 0
    sum.received &+= traffic?.received ?? 0
    sums[place] = sum
  }

  /// The lines of the minutes that are over, which are forgotten; of all where no time is given.
  mutating func lines(before time: Timestamp?) -> [UInt8] {
    let minute = time.map { $0.seconds / 60 } ?? .max
    let over = sums.filter { $0.key.minute < minute }
    if over.isEmpty { return [] }
    var out: [UInt8] = []
    for (place, sum) in over.sorted(by: { Self.isBefore($0.key, $1.key) }) {
      sums[place] = nil
      var members = JSONMembers()
      members.append("protocol", "\(place.kind.name)")
      members.append("direction", place.isIncoming ? "in" : "out")
      members.append("remote_address", place.remote.map { "\($0)" })
      members.append("port", place.port == 0 ? nil : UInt64(place.port))
      members.append("connections", sum.count)
      members.append("tx_bytes", sum.sent)
      members.append("rx_bytes", sum.received)
      out += members.recordLine("brief", at: Timestamp(seconds: place.minute * 60, nanoseconds: 0))
    }
    return out
  }

  private static func isBefore(_ a: Place, _ b: Place) -> Bool {
    if a.minute != b.minute { return a.minute < b.minute }
    if a.port != b.port { return a.port < b.port }
    return "\(a)" < "\(b)"
  }
}
