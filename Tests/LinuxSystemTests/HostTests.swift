import LinuxSystem
import Testing

@Suite struct HostTests {
  @Test func loopbackHasAnIndexAndAName() throws {
    let index = try #require(try Host.interfaceIndex("lo"))
    #expect(try Host.interfaceName(index) == "lo")
    #expect(try Host.interfaceName(.max) == nil)
    #expect(try Host.interfaceIndex("no such device") == nil)
    #expect(Host.interfaceNames.contains("lo"))
    #expect(!Host.name.isEmpty)
  }
}
