import LinuxSystem
import Testing

struct EpollTests {
  @Test func tokensComeBackWithWhatIsReady() throws {
    let epoll = try Epoll()
    let quiet = try EventDescriptor()
    let ready = try EventDescriptor()
    ready.signal()
    try epoll.add(quiet.rawValue, .readable, token: 1)
    try epoll.add(ready.rawValue, .readable, token: .max)
    var events: [Epoll.Event] = []
    try epoll.wait(into: &events, timeout: .seconds(10))
    #expect(events.map(\.token) == [.max])
    #expect(events.map(\.events) == [.readable])
  }

  @Test func interestCanBeChangedAndTakenBack() throws {
    let epoll = try Epoll()
    let event = try EventDescriptor()
    event.signal()
    var events: [Epoll.Event] = []
    try epoll.add(event.rawValue, [], token: 7)
    try epoll.wait(into: &events, timeout: .zero)
    #expect(events.isEmpty)
    try epoll.modify(event.rawValue, .writable, token: 8)
    try epoll.wait(into: &events, timeout: .seconds(10))
    #expect(events.map(\.token) == [8])
    #expect(events.map(\.events) == [.writable])
    try epoll.remove(event.rawValue)
    try epoll.wait(into: &events, timeout: .zero)
    #expect(events.isEmpty)
  }

  @Test func aBatchLimitsOneWait() throws {
    let epoll = try Epoll(batch: 2)
    let all = try (0..<5).map { _ in try EventDescriptor() }
    for (index, event) in all.enumerated() {
      event.signal()
      try epoll.add(event.rawValue, .readable, token: UInt64(index))
    }
    var events: [Epoll.Event] = []
    try epoll.wait(into: &events, timeout: .seconds(10))
    #expect(events.count == 2)
  }

  @Test func errorsAreExact() throws {
    let epoll = try Epoll()
    let event = try EventDescriptor()
    try epoll.add(event.rawValue, .readable, token: 0)
    #expect(throws: Errno(rawValue: 17)) {
      try epoll.add(event.rawValue, .readable, token: 0)
    }
    let other = try EventDescriptor()
    #expect(throws: Errno.noSuchFile) { try epoll.modify(other.rawValue, .readable, token: 0) }
  }

  @Test func theTimeoutIsNotCutShort() throws {
    let epoll = try Epoll()
    var events: [Epoll.Event] = []
    let start = MonotonicInstant.now()
    try epoll.wait(into: &events, timeout: .microseconds(1500))
    #expect(start.elapsed >= .microseconds(1500))
    #expect(events.isEmpty)
  }
}
