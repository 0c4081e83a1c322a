import SocketModel
import Testing

@testable import SocketFilter

/// A port without an end, where sockets are ended: the server's side of it.
@Suite struct OwnEndTests {
  private static let server = tcp("10.0.0.5:8080", "10.0.0.9:50000")
  private static let client = tcp("10.0.0.9:50000", "10.0.0.5:8080")

  private func matches(_ words: String, _ socket: Socket) throws -> Bool {
    let filter = try Filter(parsing: [words], names: SampleNames()).ofOwnEnd
    return filter.matches(SnapshotBuilder(sockets: [socket]).frozen()[0]) == .yes
  }

  @Test(arguments: [
    "8080", ":8080", "port=8080", "8080,9090", "8000-8100", ":http-alt", "10.0.0.5:8080",
    "db.example.com:8080", "8080 established", "8080 or 9090", "not (not 8080)",
    "port>8000 port<9000",
    "address=10.0.0.5:8080", "10.0.0.0/24:8080",
  ])
  func aPortIsTheServers(words: String) throws {
    #expect(try matches(words, Self.server))
    #expect(try !matches(words, Self.client))
  }

  @Test(arguments: ["rport=8080", "dport = :8080", "dst 10.0.0.5:8080", "lport=50000"])
  func clientsAreNamed(words: String) throws {
    #expect(try matches(words, Self.client))
    #expect(try !matches(words, Self.server))
  }

  /// An address says whom one talks to.
  @Test(arguments: ["10.0.0.5", "10.0.0.9", "10.0.0.0/24", "established", "not 22"])
  func anAddressIsEither(words: String) throws {
    #expect(try matches(words, Self.client) && matches(words, Self.server))
  }

  /// More would be ended if what is ruled out were ruled out at one end alone.
  @Test(arguments: [
    "established not 8080", "not (8080 or 22)", "not port=8080", "not 10.0.0.5:8080",
  ])
  func whatIsRuledOutIsSoAtEitherEnd(words: String) throws {
    #expect(try !matches(words, Self.client) && !matches(words, Self.server))
  }

  /// A filter in words is the same filter again.
  @Test(arguments: ["8080", ":8080", "port>8000", "8080,9090", ":http-alt", "10.0.0.5:8080"])
  func itsTextIsTheSameAgain(words: String) throws {
    let names = SampleNames()
    let filter = try Filter(parsing: [words], names: names).ofOwnEnd
    #expect(try Filter(parsing: "\(filter)", names: names) == filter)
  }

  @Test func namesTheClients() throws {
    #expect(try filter(":8080").ofOwnEnd.clientsOf == "rport=8080")
    #expect(try filter("8080", "established").ofOwnEnd.clientsOf == "rport=8080")
    #expect(try filter("nginx").ofOwnEnd.clientsOf == nil)
  }
}
