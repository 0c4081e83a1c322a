import Foundation
import LinuxSystem
import Peers
import SocketModel
import TestSupport

/// The text of /proc/net, searched by other code than what is tested with these sockets, and
/// quickly, however many sockets the host has.
struct KernelTable {
  private var text = Data()

  init() throws {
    for file in ["tcp", "tcp6", "udp", "udp6"] {
      text += Data(try FileDescriptor.contents(of: "/proc/net/" + file))
    }
  }

  /// Whether a row has these ends, this state and this inode.
  func contains(_ row: ExpectedSocket) -> Bool {
    let state = Self.hex(UInt32(row.state.rawValue), 2)
    let needle = Data("\(Self.text(row.local)) \(Self.text(row.remote)) \(state) ".utf8)
    var start = text.startIndex
    while let found = text.range(of: needle, in: start..<text.endIndex) {
      let line = text[found.upperBound...].prefix { $0 != 0x0a }
      let words = String(decoding: line, as: UTF8.self).split(separator: " ")
      // After the state: queues, timer, retransmits, uid, timeout, inode.
      if words.count > 5, UInt64(words[5]) == row.inode { return true }
      start = found.upperBound
    }
    return false
  }

  /// Whether anybody has a connection there in that state.
  func contains(_ state: TCPState, to remote: IPEndpoint) -> Bool {
    text.range(
      of: Data(" \(Self.text(remote)) \(Self.hex(UInt32(state.rawValue), 2)) ".utf8)) != nil
  }

  private static func text(_ endpoint: IPEndpoint) -> String {
    let words = endpoint.address.family == .ipv4 ? 1 : 4
    let address = (0..<words).reversed().map { index in
      hex(UInt32(truncatingIfNeeded: endpoint.address.bits >> (index * 32)).byteSwapped, 8)
    }
    return address.joined() + ":" + hex(UInt32(endpoint.port), 4)
  }

  private static func hex(_ number: UInt32, _ width: Int) -> String {
    let digits = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: width - digits.count) + digits
  }
}

/// Which of the rows the table does not get to show. A table that changes while it is read may
/// lack a row (seq_file(9) goes on by position), so that one look is not enough.
func missing(_ rows: [ExpectedSocket]) throws -> [ExpectedSocket] {
  // A socket that only has a port is in no file of /proc.
  var left = rows.filter { $0.state != .bound }
  _ = try eventually(within: 5) {
    let table = try KernelTable()
    left.removeAll { table.contains($0) }
    return left.isEmpty
  }
  return left
}
