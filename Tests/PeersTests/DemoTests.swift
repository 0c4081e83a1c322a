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
}
