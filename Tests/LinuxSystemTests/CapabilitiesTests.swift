import Glibc
import LinuxSystem
import Testing

@Suite struct CapabilitiesTests {
  // The kernel's own text of the same.
  @Test func effectiveIsWhatTheStatusSays() throws {
    let status = String(
      decoding: try FileDescriptor.contents(of: "/proc/thread-self/status"), as: UTF8.self)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("CapEff:\t") })
    #expect(UInt64(line.dropFirst(8), radix: 16) == Capabilities.effective().rawValue)
  }

  @Test func groups() { #expect(groupMemberships().contains(getegid())) }
}
