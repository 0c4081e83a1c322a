import Testing

@testable import SocketSources

@Suite struct LocalPortSettingsTests {
  @Test func readsReservedPorts() {
    #expect(LocalPortSettings.ranges("8080,9000-9005\n") == [8080...8080, 9000...9005])
    #expect(LocalPortSettings.ranges("\n") == [])
    #expect(LocalPortSettings.ranges("1-2-3,x,-5,9-3,70000,0-65535") == [0...65535])
  }

  @Test func readsThisHostsOwn() throws {
    #expect(try LocalPortSettings.range() != nil)
    #expect(0...65536 ~= LocalPortSettings.lowestUnprivileged())
  }
}
