import LinuxSystem
import Testing

@Suite struct AccountsTests {
  @Test func rootIsKnownByNameAndNumber() throws {
    #expect(try Accounts.name(uid: 0) == "root")
    #expect(try Accounts.uid(name: "root") == 0)
  }

  @Test func whoIsNotThereHasNoName() throws {
    #expect(try Accounts.name(uid: 4_000_000_001) == nil)
    #expect(try Accounts.uid(name: "no such user") == nil)
  }
}
