import LinuxSystem
import Testing

struct PollTests {
  @Test func nothingIsReadyWhenTheTimeRunsOut() throws {
    let event = try EventDescriptor()
    let start = MonotonicInstant.now()
    #expect(try PollSet.wait(at: event.rawValue, timeout: .milliseconds(20)) == [])
    #expect(start.elapsed >= .milliseconds(20))
  }

  @Test func onlyWhatIsReadyIsReported() throws {
    let quiet = try EventDescriptor()
    let ready = try EventDescriptor()
    ready.signal()
    var set = PollSet()
    let first = set.add(quiet.rawValue)
    let second = set.add(ready.rawValue, [.readable, .writable])
    let absent = set.add(-1)
    #expect(try set.wait(timeout: .seconds(10)) == 1)
    #expect(set[first] == [])
    #expect(set[second] == [.readable, .writable])
    #expect(set[absent] == [])
  }

  @Test func aPlaceCanBeGivenToAnotherDescriptor() throws {
    let ready = try EventDescriptor()
    ready.signal()
    var set = PollSet()
    let place = set.add(-1)
    #expect(try set.wait(timeout: .zero) == 0)
    set.set(place, ready.rawValue)
    #expect(try set.wait(timeout: .seconds(10)) == 1)
    #expect(set[place] == .readable)
    set.removeAll()
    #expect(set.count == 0)
  }

  @Test func aClosedDescriptorIsInvalid() throws {
    #expect(try PollSet.wait(at: 1_000_000, timeout: .seconds(10)) == .invalid)
  }
}
