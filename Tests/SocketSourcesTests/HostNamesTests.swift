import SocketModel
import SocketSources
import Testing

@Suite struct HostNamesTests {
  @Test func loopbackHasANameInTheHostsFile() {
    let names = HostNames.of([.loopback(.ipv4)], within: .seconds(5))
    #expect(names[.loopback(.ipv4)] != nil)
  }

  @Test func nothingIsAskedForNothing() {
    #expect(HostNames.of([], within: .seconds(5)).isEmpty)
  }
}
