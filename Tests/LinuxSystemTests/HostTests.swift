import LinuxSystem
import Testing

@Suite struct HostTests {
  @Test func loopbackHasAnIndexAndAName() throws {
    let index = try #require(Host.interfaceIndex("lo"))
    #expect(Host.interfaceName(index) == "lo")
    #expect(Host.interfaceName(.max) == nil)
    #expect(Host.interfaceIndex("no such device") == nil)
    #expect(Host.interfaceNames.contains("lo"))
    #expect(!Host.name.isEmpty)
  }
}
