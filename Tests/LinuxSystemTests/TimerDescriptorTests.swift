import LinuxSystem
import Testing

struct TimerDescriptorTests {
  @Test func goesOffOnce() throws {
    let timer = try TimerDescriptor()
    #expect(try timer.expirations() == 0)
    try timer.set(after: .milliseconds(5))
    #expect(try PollSet.wait(at: timer.rawValue, timeout: .seconds(10)) == .readable)
    #expect(try timer.expirations() == 1)
    #expect(try timer.expirations() == 0)
  }

  @Test func noTimeMeansAtOnce() throws {
    let timer = try TimerDescriptor()
    try timer.set(after: .zero)
    #expect(try PollSet.wait(at: timer.rawValue, timeout: .seconds(10)) == .readable)
  }

  @Test func repeatsUntilItIsStopped() throws {
    let timer = try TimerDescriptor()
    try timer.set(after: .milliseconds(1), every: .milliseconds(1))
    for _ in 0..<3 {
      #expect(try PollSet.wait(at: timer.rawValue, timeout: .seconds(10)) == .readable)
      #expect(try timer.expirations() >= 1)
    }
    try timer.stop()
    _ = try timer.expirations()
    #expect(try PollSet.wait(at: timer.rawValue, timeout: .milliseconds(10)) == [])
  }
}
