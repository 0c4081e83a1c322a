import LinuxSystem
import Testing

struct EventDescriptorTests {
  @Test func signalsAddUpUntilTheyAreDrained() throws {
    let event = try EventDescriptor()
    #expect(!event.drain())
    event.signal()
    event.signal()
    #expect(try PollSet.wait(at: event.rawValue, timeout: .seconds(10)) == .readable)
    #expect(event.drain())
    #expect(!event.drain())
    #expect(try PollSet.wait(at: event.rawValue, timeout: .zero) == [])
  }
}
