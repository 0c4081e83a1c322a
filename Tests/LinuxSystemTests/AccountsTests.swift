import LinuxSystem
import Testing

@Suite struct AccountsTests {
  @Test func rootIsKnownByNameAndNumber() {
    #expect(Accounts.name(uid: 0) == "root")
    #expect(Accounts.uid(name: "root") == 0)
  }

  @Test func whoIsNotThereHasNoName() {
    #expect(Accounts.name(uid: 4_000_000_001) == nil)
    #expect(Accounts.uid(name: "no such user") == nil)
  }
}
