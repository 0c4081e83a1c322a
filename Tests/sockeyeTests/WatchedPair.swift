import LinuxSystem
import SocketModel
import TestSupport

/// The live view on a pseudo-terminal, five times a second.
func watch(
  _ arguments: String..., columns: Int = 100, rows: Int = 30, environment: [String: String] = [:]
) throws -> Pseudoterminal {
  try Pseudoterminal(
    [Program.sockeye, "watch", "-n", "--interval", "0.2"] + arguments, columns: columns,
    rows: rows, environment: environment)
}

extension Pseudoterminal {
  /// The plain frames that are complete.
  var frames: [Substring] { text.split(separator: "\r\n\r\n").dropLast() }

  /// The mark of a connection in each plain frame; nil where the connection is not in it.
  func marks(_ local: UInt16, _ remote: UInt16) -> [Character?] {
    frames.map { frame in
      frame.split(separator: "\r\n").first { line in
        // The mark may be a space, so that the words are counted from the protocol.
        line.drop { $0 != "t" }.split(separator: " ").dropFirst().prefix(2)
          == ["127.0.0.1:\(local)", "127.0.0.1:\(remote)"]
      }?.first
    }
  }

  /// Whether a line with this mark and port was drawn.
  func shows(_ mark: Character, _ port: UInt16) -> Bool {
    text.split(separator: "\u{1b}[").contains {
      // Behind the letter that ends a control sequence.
      $0.drop { !$0.isLetter }.dropFirst().hasPrefix("\(mark) ")
        && $0.contains("127.0.0.1:\(port) ")
    }
  }
}

/// A listener on 127.0.0.1, or on all addresses of IPv4, and its clients, all in this process.
final class LoopbackPair {
  private let listener: TCPSocket
  let port: UInt16

  init(on address: IPAddress = .loopback(.ipv4)) throws {
    listener = try TCPSocket(.ipv4)
    try listener.socket.bind(to: SocketAddress(IPEndpoint(address, 0)))
    try listener.listen()
    port = try listener.socket.localAddress().endpoint.port
  }

  func connect() throws -> Client {
    let client = try TCPSocket(.ipv4)
    _ = try client.socket.connect(to: SocketAddress(IPEndpoint(.loopback(.ipv4), port)))
    _ = try PollSet.wait(at: listener.rawValue, timeout: .seconds(10))
    return try Client(client, listener.accept())
  }

  final class Client {
    private var near: TCPSocket?
    private var far: TCPSocket?
    let port: UInt16

    init(_ near: consuming TCPSocket, _ far: consuming TCPSocket) throws {
      port = try near.socket.localAddress().endpoint.port
      self.near = consume near
      self.far = consume far
    }

    /// Sends so many bytes and has the other end read them.
    func send(_ count: Int) throws {
      var left = count
      var bytes: [UInt8] = []
      while bytes.count < count {
        let piece = [UInt8](repeating: 7, count: min(left, 10_000))
        if left > 0 { left -= try near?.socket.send(piece.span) ?? 0 }
        if let far = far?.rawValue {
          _ = try PollSet.wait(at: far, timeout: .seconds(10))
          _ = try FileDescriptor.read(far, appendingTo: &bytes, atMost: 1 << 16)
        }
      }
    }

    /// This end first, then the other, which has seen it by then.
    func close() {
      near = nil
      if let far = far?.rawValue {
        _ = try? PollSet.wait(at: far, timeout: .seconds(10))
        var bytes: [UInt8] = []
        _ = try? FileDescriptor.read(far, appendingTo: &bytes, atMost: 16)
      }
      far = nil
    }
  }
}
