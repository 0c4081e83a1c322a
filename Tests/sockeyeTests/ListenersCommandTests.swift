import Glibc
import LinuxSystem
import SocketModel
import TestSupport
import Testing

/// What is joined to listening sockets that the filter itself leaves out.
@Suite struct ListenersCommandTests {
  private final class Listener {
    let socket: TCPSocket
    let port: UInt16
    /// As in the column of local addresses.
    let name: String

    init(
      _ name: String, port: UInt16 = 0
    ) throws {
      self.name = name
      let text = name == "*" ? "::" : name.filter { $0 != "[" && $0 != "]" }
      let address = try #require(IPAddress(text))
      socket = try TCPSocket(address.family)
      try socket.socket.set(.reusePort, 1)
      if address.family == .ipv6 { try socket.socket.set(.v6Only, name == "*" ? 0 : 1) }
      try socket.socket.bind(to: SocketAddress(address, port))
      try socket.listen()
      self.port = try socket.socket.localAddress().endpoint.port
    }
  }

  private static func connected(to address: IPAddress, port: UInt16) throws -> TCPSocket {
    let client = try TCPSocket(address.family)
    if try !client.socket.connect(to: SocketAddress(address, port)) {
      _ = try PollSet.wait(at: client.rawValue, .writable, timeout: .seconds(5))
      if let error = try client.socket.takeError() { throw error }
    }
    return client
  }

  /// The clients' ports were taken for services: no listener is established.
  @Test(arguments: ["established", "127.0.0.1 connected", "close-wait or established"])
  func aServiceIsTheListenersPort(filter: String) throws {
    let listener = try Listener("127.0.0.1")
    let client = try Self.connected(to: .loopback(.ipv4), port: listener.port)
    _ = try PollSet.wait(at: listener.socket.rawValue, timeout: .seconds(5))
    let server = try listener.socket.accept()
    let outcome = try Program.run(
      "stats", "-n", "--by", "service", ":\(listener.port) and (\(filter))")
    #expect(outcome.errors == "")
    let groups = outcome.lines.dropFirst().map { $0.split(separator: " ").prefix(2) }
    #expect(groups == [["\(listener.port)/tcp", "2"]])
    withExtendedLifetime((client.rawValue, server.rawValue)) {}
  }

  /// Four listeners share a port: the one that the kernel gives a connection to is the one named.
  @Test(arguments: ["127.0.0.1", "127.0.0.2", "::1"])
  func theListenerThatServesIsNamed(address: String) throws {
    let first = try Listener("0.0.0.0")
    let port = first.port
    let listeners = try [first] + ["127.0.0.1", "*", "[::1]"].map { try Listener($0, port: port) }
    let target = try #require(IPAddress(address))
    let client = try Self.connected(to: target, port: port)
    var served: [String] = []
    #expect(
      try eventually {
        served = try listeners.filter {
          try !PollSet.wait(at: $0.socket.rawValue, timeout: .zero).isEmpty
        }.map(\.name)
        return !served.isEmpty
      })
    let place = target.family == .ipv6 ? "[\(address)]" : address
    let term = "reaches=\(place):\(port)"
    let outcome = try Program.run("-nH", "--columns", "local", term)
    #expect(outcome.lines.map { String($0.dropLast(":\(port)".count)) } == served)
    // The better one is no row here.
    let others = try Program.run("-tqH", term, "local!=\(place)")
    #expect(others.status == (served == ["0.0.0.0"] ? 0 : 1))
    withExtendedLifetime(client.rawValue) {}
  }

  /// `-l localhost:8080` was empty while 0.0.0.0:8080 served it.
  @Test func whoServesAnAddressIsSaid() throws {
    let listener = try Listener("0.0.0.0")
    let port = listener.port
    let asked = "127.0.0.2:\(port)"
    let notice = "sockeye: nothing listens on \(asked) itself; 0.0.0.0:\(port) serves it\n"
    for words in [["-l", asked], [asked, "listening"]] {
      let shown = try Program.run([Program.sockeye, "-nH", "--no-process"] + words)
      #expect(shown.lines.map { $0.split(separator: " ")[1] } == ["0.0.0.0:\(port)"])
      #expect(shown.errors == notice)
      #expect(shown.status == 0)
    }
    let empty = try Program.run("-H", asked)
    #expect(empty.output == "" && empty.errors == notice && empty.status == 1)
    let pids = try Program.run("-l", "--pids", asked)
    #expect(pids.output == "\(getpid())\n")
    #expect(try Program.run("-lq", asked).status == 0)
    #expect(try Program.run("-l", "--expect", "none", asked).status == 1)
    let counted = try Program.run("stats", "-l", "--by", "local_port", asked)
    #expect(counted.errors == notice && counted.lines.count == 2)

    // Nothing is served, or something is there itself.
    #expect(try Program.run("-l", "[::1]:\(port)").errors == "")
    let own = try Listener("127.0.0.2", port: port)
    let itself = try Program.run("-nH", "--no-process", "-l", asked)
    #expect(itself.errors == "" && itself.lines.count == 1 && itself.output.contains(asked))
    withExtendedLifetime(own) {}
  }

  /// `sockeye sshd time-wait` said "no process 'sshd'": it looked among owners of what it had read.
  @Test func aProcessWhoseSocketsAreLeftOutIsThere() throws {
    let listener = try Listener("127.0.0.1")
    let cat = try HoldingChild(holding: listener.socket.rawValue, as: 9)
    let none = try Program.run("-H", "cat", "lport=\(listener.port)", "time-wait")
    // Another cat may be there, of which it is said what it holds.
    #expect(none.status == 1 && none.output == "" && !none.errors.contains("no process"))
    let gone = try Program.run("-H", "no-such-cat", "lport=\(listener.port)", "time-wait")
    #expect(gone.errors.hasPrefix("sockeye: no process 'no-such-cat'"))
    withExtendedLifetime(cat) {}
  }
}
