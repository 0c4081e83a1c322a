import LinuxSystem
import SocketFilter
import SocketModel

/// What the kernel's table says of a port.
enum PortHolder {
  /// Somebody whom the terms admit, as `812/java listens on 127.0.0.1:8080`.
  case holder(String)
  /// Somebody whose owner is hidden, which leaves it open whether the terms admit it.
  case hidden
  /// Somebody whom the terms do not admit.
  case others
  case nobody
}

extension PortHolder {
  init(_ port: PortRows, in found: Listing) {
    if found.rows.isEmpty {
      self = .nobody
      return
    }
    // Who listens says most.
    let rows = found.sorted { $0.socket.weight < $1.socket.weight }
    let answers = rows.map { port.filter.matches($0) }
    if let first = answers.firstIndex(of: .yes) {
      self = .holder(Self.sentence(rows[first]))
    } else {
      self = answers.contains(.cantTell) ? .hidden : .others
    }
  }

  private static func sentence(_ row: Row) -> String {
    let socket = row.socket
    if socket.state == .timeWait {
      return "a connection in TIME_WAIT from \(socket.remote) to a socket that was bound without "
        + "SO_REUSEADDR"
    }
    let isHidden = row.ownerStatus == .hidden
    let subject = row.ownerLabel ?? (isHidden ? "somebody whom you may not see" : "somebody")
    return "\(subject) \(socket.verb)"
  }
}

extension Socket {
  /// The smaller, the more it says of who has the port.
  fileprivate var weight: Int {
    switch state {
    case _ where isListening: 0
    case .bound: 1
    case .timeWait: 3
    default: 2
    }
  }

  /// What its owner does with the port.
  fileprivate var verb: String {
    if kind == .udp { return "is bound to UDP \(local)" }
    if isListening { return "listens on \(local)" }
    return state == .bound ? "is bound to \(local)" : "has a connection from \(local) to \(remote)"
  }
}

extension PortRows {
  /// `port 8080`, `UDP port 53`, `port 80 of 127.0.0.1`.
  var name: String {
    let plain = (protocols == .udp ? "UDP port" : "port") + " \(port)"
    if addresses.isEmpty { return plain }
    return plain + " of " + addresses.map { "\($0.endpoint.address)" }.joined(separator: " and ")
  }
}
