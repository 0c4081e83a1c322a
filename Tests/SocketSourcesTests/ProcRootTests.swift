import SocketModel
import TestSupport
import Testing

@testable import SocketSources

@Suite struct ProcRootTests {
  @Test(arguments: [
    ("/proc", "/proc"), ("/proc//", "/proc"), ("/", "/"), ("a/b/", "a/b"), ("", ""),
  ])
  func slashes(given: String, expected: String) { #expect(ProcRoot.normalized(given) == expected) }

  @Test func netFolder() throws {
    #expect(ProcRoot.netFolder("/proc") == "/proc/net")
    let root = try TemporaryDirectory()
    #expect(ProcRoot.netFolder(root.path) == root.path + "/net")
    // A mounted proc filesystem of another host's view: the link is our own namespace.
    try root.link("net", to: "self/net")
    #expect(ProcRoot.netFolder(root.path) == root.path + "/1/net")
  }

  @Test func theFirstProcessStandsForTheHost() throws {
    let root = try TemporaryDirectory()
    try root.link("net", to: "self/net")
    try root.write("1/net/tcp", fixture("net/no-header"))
    #expect(try ProcSource(root: root.path).read(.init()).sockets.count == 3)
  }
}
