internal import LinuxSystem
public import SocketModel

/// Looks up the names of addresses, many at once and within a bounded time.
public enum HostNames {
  /// What is found before the time is over (getnameinfo(3)). An address without a name, or whose
  /// name server is slow or silent, has no entry.
  public static func of(
    _ addresses: some Collection<IPAddress>, within limit: Duration
  ) -> [IPAddress: String] {
    of(addresses, within: limit, by: Resolver.name(of:))
  }

  /// With a lookup of one address that is another in tests alone.
  static func of(
    _ addresses: some Collection<IPAddress>, within limit: Duration,
    by lookup: @escaping @Sendable (IPAddress) -> String?
  ) -> [IPAddress: String] {
    if addresses.isEmpty { return [:] }
    guard let done = try? EventDescriptor() else { return [:] }
    let work = Work(Array(addresses), done, lookup)
    for _ in 0..<min(addresses.count, atOnce) {
      // A lookup at a silent name server can't be called off, and outlives the answer.
      try? Thread.detached { work.run() }
    }
    _ = try? PollSet.wait(at: done.rawValue, timeout: limit)
    return work.found
  }

  // Lookups wait, they do not compute. A thread that waits costs a few pages.
  private static let atOnce = 64

  private final class Work: Sendable {
    private let addresses: [IPAddress]
    private let done: EventDescriptor
    private let lookup: @Sendable (IPAddress) -> String?
    private let state = Locked(State())

    private struct State {
      var next = 0
      var finished = 0
      var names: [IPAddress: String] = [:]
    }

    init(
      _ addresses: [IPAddress], _ done: EventDescriptor,
      _ lookup: @escaping @Sendable (IPAddress) -> String?
    ) {
      self.addresses = addresses
      self.done = done
      self.lookup = lookup
    }

    var found: [IPAddress: String] { state.withLock { $0.names } }

    func run() {
      while let address = take() {
        let name = lookup(address)
        let isLast = state.withLock { state in
          state.names[address] = name
          state.finished += 1
          return state.finished == addresses.count
        }
        if isLast { done.signal() }
      }
    }

    private func take() -> IPAddress? {
      state.withLock { state in
        guard state.next < addresses.count else { return nil }
        state.next += 1
        return addresses[state.next - 1]
      }
    }
  }
}
