import LinuxSystem
import Peers
import SocketModel
import TestSupport
import Testing

struct DemoTests {
  @Test func everyConnectionHasTwoEndsInTheTable() throws {
    var demo = try Demo(connections: 4)
    #expect(demo.shortfall == nil)
    #expect(demo.echoed == 4 * 5)
    let expected = try demo.expected()
    #expect(expected.count == demo.addresses.count + 8)
    #expect(try missing(expected) == [])
    let totals = try demo.close()
    #expect(totals.accepted == 4)
    #expect(totals.cutOff == 0)
  }

  @Test func holdingGoesOnUntilItIsToldToEnd() throws {
    var demo = try Demo(connections: 1, message: [])
    let stop = try EventDescriptor()
    stop.signal()
    #expect(try demo.hold(until: stop.rawValue).accepted == 1)
  }

  // The fallback was IPv4, also where that was what the host lacks.
  @Test(
    .enabled(
      if: IsolatedNetwork.isAvailable, Comment(rawValue: IsolatedNetwork.neededFor)),
    arguments: IPAddress.Family.allCases)
  func oneLoopbackAddressIsEnough(family: IPAddress.Family) throws {
    let (families, states) = try onThreadOfItsOwn {
      let namespace = try IsolatedNetwork.enterNew()
      try namespace.run(
        "ip addr del \(family == .ipv4 ? "::1/128" : "127.0.0.1/8") dev lo")
      let demo = try Demo(connections: 2)
      let scenario = try Scenario.everything()
      return (demo.addresses.map(\.family), Set(scenario.expected.map(\.state)).count)
    }
    #expect(families == [family])
    #expect(states == 12)
  }

  @Test(
    .enabled(
      if: IsolatedNetwork.isAvailable, Comment(rawValue: IsolatedNetwork.neededFor)))
  func noLoopbackAddressIsAnError() throws {
    let error = try onThreadOfItsOwn {
      let namespace = try IsolatedNetwork.enterNew()
      try namespace.run("ip link set lo down")
      do throws(Errno) {
        _ = try Demo(connections: 2)
        return nil as Errno?
      } catch {
        return error
      }
    }
    #expect(error == .addressNotAvailable)
  }
}
