import Arguments
import LinuxSystem
import Peers
import SocketFilter
import SocketModel

/// Whether a port is free: whether a server that sets `SO_REUSEADDR` could have it now.
///
/// The rows of the port decide as long as one of them listens or is bound. Of what else has the port
/// (accepted connections, clients, TIME_WAIT) the kernel alone knows whether it was bound with that
/// option, and there may be sockets that the table does not show. So one bind(2) confirms, once for
/// each time that the rows speak for it, and never in a loop: it can get in another server's way.
struct Vacancy {
  let port: PortRows
  /// Terms are asked about, not the port: sockets that do not match do not matter, and nothing is
  /// confirmed.
  let ignoresOthers: Bool
  /// There is no last look.
  let isEndless: Bool
  private var trial = Trial.due

  private enum Trial: Equatable {
    /// The rows have not spoken for it since somebody listened.
    case due
    /// It failed with rows there; once they are gone, it is due again.
    case failedBesideRows
    /// It failed although there was no row: perhaps one was just about to come or to go.
    case failedAlone(MonotonicInstant)
    /// It failed twice like this.
    case futile
  }

  init(_ port: PortRows, ignoresOthers: Bool, isEndless: Bool) {
    self.port = port
    self.ignoresOthers = ignoresOthers
    self.isEndless = isEndless
  }

  /// A sentence where the port is free; nil where it is not yet. `isLast`: the time is over.
  mutating func look(isLast: Bool) throws -> String? {
    // What listens is in a small table of its own, and costs next to nothing to find.
    if port.protocols == .tcp, try hasMatch(port.read(StateSet(.listening))) {
      trial = .due
      return nil
    }
    let found = try port.read(.all)
    if ignoresOthers { return hasMatch(found) ? nil : "" }
    let sockets = found.map(\.socket)
    guard port.protocols == .tcp else { return sockets.isEmpty ? "\(port.name) is free" : nil }
    if sockets.contains(where: { $0.isListening || $0.state == .bound }) {
      trial = .due
      return nil
    }
    guard isDue(besideRows: !sockets.isEmpty) || isLast else { return nil }
    guard let error = BindTrial.run(port: port.port, at: port.addresses) else {
      return "\(port.name) is free" + remark(sockets)
    }
    if error == .addressInUse {
      try fail(besideRows: !sockets.isEmpty)
      return nil
    }
    return try unconfirmed(error, sockets)
  }

  /// Who has it, in one look at all rows.
  func holder() throws -> PortHolder {
    PortHolder(port, in: try port.read(.all, withOwners: true))
  }

  private func hasMatch(_ listing: Listing) -> Bool {
    listing.contains { port.filter.matches($0) != .no }
  }

  private func isDue(besideRows: Bool) -> Bool {
    switch trial {
    case .due: true
    case .failedBesideRows: !besideRows
    case .failedAlone(let moment): !besideRows && moment.elapsed >= .seconds(1)
    case .futile: false
    }
  }

  private mutating func fail(besideRows: Bool) throws(ExitError) {
    if besideRows {
      trial = .failedBesideRows
    } else if case .failedAlone = trial {
      trial = .futile
      if isEndless {
        throw ExitError(
          .cannotTell,
          "can't tell when \(port.name) is free: a socket that the kernel's table does not show "
            + "holds it")
      }
    } else {
      trial = .failedAlone(.now())
    }
  }

  /// The kernel does not let us bind: a port below 1024, or a policy. The table alone may say free
  /// where no row has the port and it shows every kind of row.
  private func unconfirmed(_ error: Errno, _ sockets: [Socket]) throws -> String? {
    guard error == .accessDenied || error == .notPermitted else {
      throw ExitError(
        .unreadable, "cannot bind \(port.name): \(explained(error, at: port.addresses))")
    }
    if !sockets.isEmpty { return nil }
    if let found = try port.readComplete() {
      return found.rows.isEmpty
        ? "\(port.name) is free by the kernel's table; trying it is not permitted" : nil
    }
    throw ExitError(
      .cannotTell,
      "can't tell: the kernel's table does not show every socket, and binding \(port.name) is not "
        + "permitted; try it with sudo")
  }

  /// What is left on the port and is in nobody's way.
  private func remark(_ sockets: [Socket]) -> String {
    let waiting = sockets.count { $0.state == .timeWait }
    let others = sockets.count - waiting
    var parts: [String] = []
    if waiting > 0 { parts.append(plural(waiting, "connection", "connections") + " in TIME_WAIT") }
    if others > 0 { parts.append(plural(others, "live connection", "live connections")) }
    if parts.isEmpty { return "" }
    return " for a server that sets SO_REUSEADDR; still there: \(parts.joined(separator: ", "))"
  }
}
