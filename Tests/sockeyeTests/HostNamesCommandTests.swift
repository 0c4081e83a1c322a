import Foundation
import LinuxSystem
import SocketModel
import TestSupport
import Testing

/// `-r` where the only name server never answers: a socket in a namespace of the test's own that
/// nobody reads.
@Suite struct HostNamesCommandTests {
  private final class Datagrams {
    let socket: UDPSocket

    init(from local: SocketAddress? = nil, to remote: SocketAddress? = nil) throws {
      let socket = try UDPSocket(.ipv4)
      if let local { try socket.socket.bind(to: local) }
      if let remote { _ = try socket.socket.connect(to: remote) }
      self.socket = socket
    }
  }

  private static let rows = 500
  private static let server = IPAddress(v4: 0x7f00_0001)

  /// An address that is in no /etc/hosts: 127.9.0.0 and up.
  private static func remote(_ number: Int) -> IPAddress {
    IPAddress(v4: 0x7f09_0000 + UInt32(number))
  }

  @Test(
    .enabled(if: IsolatedNetwork.isAvailable, "\(IsolatedNetwork.neededFor)"),
    arguments: [("-r", 2), ("-r --timeout 0.5", 0.5)])
  func aSilentNameServerIsNotWaitedFor(options: String, patience: Double) throws {
    let directory = FileManager.default.temporaryDirectory.path + "/sockeye-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try onThreadOfItsOwn {
      let namespace = try IsolatedNetwork.enterNew()
      let silent = try Datagrams(from: SocketAddress(Self.server, 53))
      let connected = try (0..<Self.rows).map {
        try Datagrams(to: SocketAddress(Self.remote($0), 9000))
      }
      // Mounts and processes of its own as well: the host's open files are not what is timed.
      try namespace.run(
        """
        echo nameserver \(Self.server) > \(directory)/resolv.conf
        echo hosts: files dns > \(directory)/nsswitch.conf
        unshare -m -p -f --mount-proc sh -e -c "
          mount --bind \(directory)/resolv.conf /etc/resolv.conf
          mount --bind \(directory)/nsswitch.conf /etc/nsswitch.conf
          date +%s%N > \(directory)/start
          \(Program.sockeye) -u \(options) connected > \(directory)/rows
          date +%s%N > \(directory)/end"
        """)
      withExtendedLifetime((silent, connected)) {}
    }
    func text(_ name: String) throws -> String {
      try String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8)
    }
    let rows = try text("rows").split(separator: "\n").dropFirst()
    let remotes = Set(rows.compactMap { $0.split(separator: " ").dropFirst(2).first })
    #expect(rows.count == Self.rows)
    let numeric = Set((0..<Self.rows).map { "\(Self.remote($0)):9000" })
    #expect(numeric.first { !remotes.contains($0[...]) } == nil)
    let start = try #require(Int(try text("start").filter(\.isNumber)))
    let end = try #require(Int(try text("end").filter(\.isNumber)))
    let seconds = Double(end - start) / 1e9
    // Less would mean that the server was not silent. The C library alone waits 10 s for one name.
    #expect(seconds > patience * 0.9 && seconds < 8, "\(options) took \(seconds) s")
  }
}
