import LinuxSystem
import SocketModel
import Synchronization
import TestSupport
import Testing

@testable import SocketSources

// With lookups of the tests' own: what a host's files and name servers say is nobody's to know.
@Suite struct HostNamesTests {
  private static func addresses(_ count: Int) -> [IPAddress] {
    (0..<count).map { IPAddress(v4: 0x0a00_0000 | UInt32($0)) }
  }

  @Test func everyAddressIsLookedUpOnce() {
    let asked = Locked<[IPAddress]>([])
    let addresses = Self.addresses(300)
    let names = HostNames.of(addresses, within: .seconds(60)) { address in
      asked.withLock { $0.append(address) }
      return (address.bits - 0x0a00_0000) % 3 == 0 ? nil : "host-\(address)"
    }
    let order = asked.withLock { $0 }
    #expect(order.count == 300 && Set(order) == Set(addresses))
    #expect(names.count == 200)
    #expect(names[addresses[1]] == "host-10.0.0.1")
    #expect(names[addresses[3]] == nil)
  }

  /// One silent name server does not keep the others' answers, nor the caller.
  @Test func whatIsSlowHasNoName() throws {
    let gate = try Gate()
    let addresses = Self.addresses(3)
    let slow = addresses[1]
    let start = MonotonicInstant.now()
    let names = HostNames.of(addresses, within: .milliseconds(200)) { address in
      if address == slow { gate.wait() }
      return "\(address)"
    }
    #expect(start.elapsed < .seconds(30))
    #expect(Set(names.keys).isSubset(of: [addresses[0], addresses[2]]))
    gate.open()
  }

  /// Sixty-four silent lookups at once, and no more threads than that.
  @Test func manyAreAskedAtOnce() throws {
    let gate = try Gate()
    let waiting = Locked(0)
    let names = HostNames.of(Self.addresses(200), within: .milliseconds(200)) { _ in
      waiting.withLock { $0 += 1 }
      gate.wait()
      return nil
    }
    #expect(names.isEmpty)
    #expect(eventually(within: 10) { waiting.withLock { $0 } == 64 })
    gate.open()
  }

  @Test func nothingIsAskedForNothing() {
    #expect(
      HostNames.of([], within: .seconds(5)) { _ in
        Issue.record("nobody's name was asked")
        return nil
      }.isEmpty)
  }

  /// The system's own lookup is behind it.
  @Test func aNameIsTheResolvers() {
    let names = HostNames.of([.loopback(.ipv4)], within: .seconds(10))
    #expect(names[.loopback(.ipv4)] == Resolver.name(of: .loopback(.ipv4)))
  }

  /// Keeps threads until it is opened.
  private final class Gate: Sendable {
    private let event: EventDescriptor

    init() throws { event = try EventDescriptor() }

    func open() { event.signal() }

    func wait() { _ = try? PollSet.wait(at: event.rawValue, timeout: .seconds(60)) }
  }
}
