internal import LinuxSystem
internal import SocketModel
internal import Synchronization

/// Reads the sockets of many network namespaces, on threads that go from one to the next and end
/// afterwards: a thread that has left its namespace is of no use to anybody else.
final class NamespaceReading: Sendable {
  /// What came of one namespace.
  struct Part: Sendable {
    let found: NetworkNamespaces.Found
    var cookie: UInt64?
    var table: Result<SocketTable, SourceError>
    /// Netlink was asked for its sockets one by one.
    var isLookedUp = false
    /// Its own, where they are asked for.
    var addresses: Set<IPAddress> = []
    /// The ports that the kernel's tunnels in it have; nil where no owners are asked for, or no row may be one's.
    var tunnels: Set<UInt16>?
    /// The names of the interfaces that its rows are bound to.
    var interfaces: [UInt32: String] = [:]
    /// One whose name could not be looked up, and why.
    var unread: (interface: UInt32, reason: Errno)?
  }

  private let namespaces: [NetworkNamespaces.Found]
  private let query: Query
  private let source: any SocketBackend
  /// What processes hold, where netlink may be asked for that one by one.
  private let held: BPFHeldSockets?
  private let lookups: DiagSource
  private let next = Atomic<Int>(0)
  private let parts = Locked<[Int: Part]>([:])

  init(
    _ namespaces: [NetworkNamespaces.Found], _ query: Query, from source: any SocketBackend,
    _ held: BPFHeldSockets?, lookups: DiagSource
  ) {
    self.namespaces = namespaces
    self.query = query
    self.source = source
    self.held = held
    self.lookups = lookups
  }

  /// In the order of the namespaces; those that are gone are left out. Throws where there is no thread
  /// to be had.
  func run() throws(Errno) -> [Part] {
    let thread = try Thread { [self] in
      Thread.concurrently(min(usableProcessors(), namespaces.count)) { self.work() }
    }
    thread.join()
    let parts = parts.withLock { $0 }
    return namespaces.indices.compactMap { parts[$0] }
  }

  private func work() {
    while true {
      let index = next.add(1, ordering: .relaxed).oldValue
      guard index < namespaces.count else { return }
      guard let part = read(namespaces[index]) else { continue }
      parts.withLock { $0[index] = part }
    }
  }

  /// Nil where it is gone.
  private func read(_ found: NetworkNamespaces.Found) -> Part? {
    do throws(FileFailure) {
      guard let file = try found.open() else { return nil }
      do throws(Errno) { try file.enter() } catch { throw .system(error) }
    } catch {
      return Part(
        found: found,
        table: .failure(
          .closedNamespace(found.namespace.name ?? found.path, path: found.path, error)))
    }
    var part: Part
    if let table = lookUp(found.namespace) {
      part = Part(found: found, table: .success(table), isLookedUp: true)
    } else {
      part = Part(
        found: found,
        table: Result { () throws(SourceError) in
          try source.begin(query, reusing: SocketTable()).finish()
        })
    }
    if !query.needs.isDisjoint(with: [.peers, .joining]) {
      part.addresses = NetworkNamespaces.addresses()
    }
    if query.needs.contains(.owners), case .success(let table) = part.table,
      table.sockets.contains(where: \.mayBeTunnel)
    {
      part.tunnels = TunnelPorts.read()
    }
    part.cookie = NamespaceFile.ownCookie()
    if case .success(let table) = part.table {
      for index in Set(table.sockets.map(\.interface)) where index != 0 {
        do throws(Errno) {
          part.interfaces[index] = try Host.interfaceName(index)
        } catch {
          part.unread = (index, error)
        }
      }
    }
    return part
  }

  /// Of the namespace that this thread is in; nil where that takes a dump.
  private func lookUp(_ namespace: NetworkNamespace) -> SocketTable? {
    guard let held, let inode = namespace.inode else { return nil }
    return (try? lookups.read(query, of: held.namespaces[inode] ?? .init())) ?? nil
  }
}

/// The namespaces that one collector has seen, each under the same number in all its snapshots.
struct NamespaceTable: Sendable {
  /// The first is our own.
  private(set) var all = [NetworkNamespace()]
  private(set) var interfaces: [InterfaceKey: String] = [:]
  private(set) var unread: UnreadNames?
  /// Their own addresses, by number, as far as they were asked for.
  private(set) var addresses: [UInt16: Set<IPAddress>] = [:]
  /// The ports of their tunnels, by number, as last read.
  private(set) var tunnels: [UInt16: Set<UInt16>] = [:]

  mutating func setOwn(_ namespace: NetworkNamespace) { all[0] = namespace }

  mutating func setOwnAddresses(_ own: Set<IPAddress>) { addresses[0] = own }

  /// What they are called, by inode.
  var names: [UInt64: String] {
    var names: [UInt64: String] = [:]
    for namespace in all {
      if let inode = namespace.inode, let name = namespace.name { names[inode] = name }
    }
    return names
  }

  /// The numbers of these, by inode.
  func numbers(_ namespaces: [NetworkNamespace]) -> [UInt64: UInt16] {
    var numbers: [UInt64: UInt16] = [:]
    for namespace in namespaces {
      guard let inode = namespace.inode, let index = all.firstIndex(where: { $0.inode == inode })
      else { continue }
      numbers[inode] = UInt16(index)
    }
    return numbers
  }

  /// The number of a namespace; nil where there are more than there are numbers.
  mutating func index(of part: NamespaceReading.Part) -> UInt16? {
    var namespace = part.found.namespace
    namespace.cookie = part.cookie
    let known = all.firstIndex {
      $0.inode == namespace.inode && ($0.cookie ?? part.cookie) == part.cookie
    }
    guard let index = UInt16(exactly: known ?? all.count) else { return nil }
    if known == nil { all.append(namespace) } else { all[Int(index)] = namespace }
    if let ports = part.tunnels { tunnels[index] = ports }
    if !part.addresses.isEmpty { addresses[index] = part.addresses }
    for (number, name) in part.interfaces {
      interfaces[InterfaceKey(namespace: index, index: number)] = name
    }
    if let (number, reason) = part.unread {
      let thing = NamedThing.interface(InterfaceKey(namespace: index, index: number))
      unread = unread ?? UnreadNames(thing, reason: "\(reason)")
      unread?.add(thing)
    }
    return index
  }
}
