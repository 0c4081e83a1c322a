import LinuxSystem
import Testing

@Suite struct ProcessorsTests {
  @Test func atLeastOne() { #expect((1...8192).contains(usableProcessors())) }

  @Test func ticks() throws {
    #expect(clockTicksPerSecond() > 0)
    // /proc/uptime is the same clock in seconds.
    let uptime = try FileDescriptor.contents(of: "/proc/uptime").prefix { $0 != UInt8(ascii: ".") }
    let seconds = try #require(UInt64(String(decoding: uptime, as: UTF8.self)))
    let now = bootTicks() / UInt64(clockTicksPerSecond())
    #expect(now >= seconds && now - seconds < 60)
  }
}
