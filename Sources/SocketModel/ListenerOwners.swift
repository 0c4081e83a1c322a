/// Who listens where: the owner of an accepted connection, where nobody was seen to accept or close it.
public struct ListenerOwners: Sendable {
  private struct Place: Hashable {
    let namespace: UInt64
    let port: UInt16
  }

  private struct Listener {
    let address: IPAddress
    let process: ConnectionEvent.Process
  }

  private var listeners: [Place: [Listener]] = [:]

  public init() {}

  /// Takes in what listens by now.
  public mutating func note(
    _ end: Endpoint, in namespace: UInt64, _ process: ConnectionEvent.Process
  ) {
    guard let address = end.address?.unmapped else { return }
    let place = Place(namespace: namespace, port: end.port)
    listeners[place, default: []].removeAll { $0.address == address }
    listeners[place, default: []].append(Listener(address: address, process: process))
  }

  /// Takes in the listeners of a snapshot with their owners.
  public mutating func note(_ snapshot: Snapshot) {
    for index in 0..<snapshot.count {
      let row = snapshot[index]
      guard row.socket.isListener, let key = row.firstProcess,
        let name = snapshot.names.process(key)?.name
      else { continue }
      let process = ConnectionEvent.Process(pid: key.pid, name: name)
      note(row.socket.local, in: row.namespace.inode ?? 0, process)
    }
  }

  /// The owner of the listener that a connection came to: of its address, else of a wildcard.
  public func owner(of event: ConnectionEvent) -> ConnectionEvent.Process? {
    let end = event.socket.local
    guard let address = end.address?.unmapped,
      let found = listeners[Place(namespace: event.namespace, port: end.port)]
    else { return nil }
    return (found.first { $0.address == address } ?? found.first { $0.address.isUnspecified })?
      .process
  }
}
