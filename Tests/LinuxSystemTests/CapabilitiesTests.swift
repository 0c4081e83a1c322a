import Glibc
import LinuxSystem
import TestSupport
import Testing

@Suite struct CapabilitiesTests {
  /// A line of the kernel's own text of the same, of the calling thread.
  private static func status(_ name: String) throws -> [Substring] {
    let text = String(
      decoding: try FileDescriptor.contents(of: "/proc/thread-self/status"), as: UTF8.self)
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(name + ":") })
    return line.dropFirst(name.count + 1).split { $0.isWhitespace }
  }

  @Test func effectiveIsWhatTheStatusSays() throws {
    let bits = try #require(try Self.status("CapEff").first)
    #expect(UInt64(bits, radix: 16) == Capabilities.effective().rawValue)
  }

  @Test func aThreadThatGaveThemUpHasNone() throws {
    #expect(try withoutCapabilities { Capabilities.effective() }.isEmpty)
  }

  /// Real, effective, saved and file system group; then the others.
  private static func groupsOfTheStatus() throws -> Set<UInt32> {
    let effective = try #require(try status("Gid").dropFirst().first)
    return Set(try ([effective] + status("Groups")).compactMap { UInt32($0) })
  }

  @Test func groupsAreThoseOfTheStatus() throws {
    #expect(try groupMemberships() == Self.groupsOfTheStatus())
  }

  @Test(.enabled(if: geteuid() == 0, "root alone may change its groups"))
  func groupsAreReadAnew() throws {
    let (groups, status) = try withGroups([70_001, 70_002, 70_003]) {
      (groupMemberships(), try Self.groupsOfTheStatus())
    }
    #expect(groups == [70_001, 70_002, 70_003, getegid()])
    #expect(groups == status)
    #expect(try withGroups([]) { groupMemberships() } == [getegid()])
  }
}
