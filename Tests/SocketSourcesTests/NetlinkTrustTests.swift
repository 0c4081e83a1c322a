import KernelFormats
import LinuxSystem
import SocketModel
import Testing

@testable import SocketSources

struct NetlinkTrustTests {
  /// Refuses, or answers with nothing.
  private struct Backend: SocketBackend {
    let error: SourceError?
    let origin: String

    func begin(
      _ query: Query, reusing table: consuming SocketTable
    ) throws(SourceError) -> any SocketReading {
      if let error { throw error }
      var found = table
      found.notices.append(.remark(origin))
      return FinishedReading(found)
    }
  }

  private static func read(
    _ error: SourceError?, _ trust: Locked<NetlinkTrust>
  ) throws(SourceError) -> [Notice] {
    let backend = FirstThatAnswers(
      Backend(error: error, origin: "one"), Backend(error: nil, origin: "two"), trust)
    return try backend.begin(Query(), reusing: SocketTable()).finish().notices
  }

  // Of many namespaces one that failed for a moment was read from /proc, however often netlink had answered.
  @Test func whatFailsForAMomentIsNotReplacedByLess() throws {
    let trust = Locked(NetlinkTrust())
    let failure = SourceError.refused(.outOfMemory)
    #expect(try Self.read(nil, trust) == [.remark("one")])
    // The same reading: nothing of it has been shown yet.
    #expect(try Self.read(failure, trust).first == .remark("two"))
    trust.withLock { $0.endReading() }
    #expect(throws: failure) { try Self.read(failure, trust) }
    #expect(trust.withLock { !$0.isRefused })
    #expect(try Self.read(.refused(.notPermitted), trust).first == .remark("two"))
    #expect(trust.withLock { $0.isRefused })
  }

  @Test func whatIsNoRefusalIsThrown() {
    let failure = SourceError.malformed(at: "here", "it is")
    #expect(throws: failure) { try Self.read(failure, Locked(NetlinkTrust())) }
  }
}
