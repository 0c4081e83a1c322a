internal import KernelFormats
internal import LinuxSystem
public import SocketModel

/// What the kernel has of protocols in this network namespace (/proc/net/protocols).
struct RegisteredProtocols {
  /// Of each protocol how many sockets it says there are; some are not counted and have 0.
  private let counts: [String: Int]

  /// Nil where it can't be read, and for a table that is no such table: neither proves anything.
  init?(of path: String) {
    guard let text = try? FileDescriptor.contents(named: path, limit: 1 << 20) else { return nil }
    var counts: [String: Int] = [:]
    for line in text.split(separator: UInt8(ascii: "\n")).dropFirst() {
      let words = line.split(separator: UInt8(ascii: " ")).prefix(3)
        .map { String(decoding: $0, as: UTF8.self) }
      // What can't be read may be any number.
      if let name = words.first { counts[name] = words.count > 2 ? Int(words[2]) ?? 1 : 1 }
    }
    guard counts["NETLINK"] != nil || counts["TCP"] != nil else { return nil }
    self.counts = counts
  }

  /// Nil where there is no such protocol.
  subscript(name: String) -> Int? { counts[name] }
}

public enum SocketTables {
  /// Whether it is certain that there are no such sockets, or that ss would see none.
  public static func isWithout(_ sockets: UnlistedSockets) -> Bool {
    guard let registered = RegisteredProtocols(of: "/proc/net/protocols") else { return false }
    let (names, isCounted) = sockets.registration
    let counts = names.compactMap { registered[$0] }
    if counts.isEmpty || isCounted && counts.allSatisfy({ $0 == 0 }) { return true }
    return sockets == .vsock && !hasVirtualSockets
  }

  /// vsock(7).
  private static var hasVirtualSockets: Bool {
    let dump = SockDiagDump<VsockDiagMessage>(request: .vsock, keepsMemory: false) {
      () throws(SourceError) in
      do throws(Errno) { return try NetlinkSocket.sockDiag() } catch { throw .refused(error) }
    }
    do {
      return try !dump.read().messages.isEmpty
    } catch SourceError.refused(.noSuchFile) {
      return false
    } catch {
      return true
    }
  }
}
