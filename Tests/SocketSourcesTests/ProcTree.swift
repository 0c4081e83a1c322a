import SocketModel
import Testing

/// A proc filesystem of a test's own: listening sockets, and processes that hold them.
final class ProcTree {
  private let directory: TemporaryDirectory
  var path: String { directory.path }

  init(sockets inodes: [UInt64] = []) throws {
    directory = try TemporaryDirectory()
    try setSockets(inodes)
  }

  /// A listener at 127.0.0.1 for each inode; its port is 8000 and the inode.
  func setSockets(_ inodes: [UInt64]) throws {
    var text = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
    for (number, inode) in inodes.enumerated() {
      let port = String(8000 + inode, radix: 16)
      let digits = String(repeating: "0", count: 4 - port.count) + port
      text += "\(number): 0100007F:\(digits) 00000000:0000 0A 0:0 00:0 0 1000 0 \(inode)\n"
    }
    try directory.write("net/tcp", Array(text.utf8))
  }

  /// A process that holds sockets under the descriptors from 3 on.
  func start(_ pid: Int32, _ name: String, holding inodes: [UInt64] = []) throws {
    try rename(pid, name)
    try directory.write("\(pid)/cmdline", Array("/bin/\(name)\0-v\0".utf8))
    try directory.directory("\(pid)/fd")
    for (offset, inode) in inodes.enumerated() {
      try directory.link("\(pid)/fd/\(3 + offset)", to: "socket:[\(inode)]")
    }
  }

  func rename(_ pid: Int32, _ name: String) throws {
    let numbers = Array(repeating: "0", count: 18).joined(separator: " ")
    try directory.write("\(pid)/stat", Array("\(pid) (\(name)) S \(numbers) 100 0 0\n".utf8))
  }

  /// A process whose name can't be read, also by root.
  func refuseName(_ pid: Int32) throws { try directory.directory("\(pid)/stat") }

  /// A process whose command line can't be read, also by root.
  func refuseCommand(_ pid: Int32) throws {
    try directory.remove("\(pid)/cmdline")
    try directory.directory("\(pid)/cmdline")
  }

  /// What users the process runs as.
  func setUsers(_ pid: Int32, _ uid: UInt32) throws {
    let line = "Name:\tx\nUid:\t\(uid)\t\(uid)\t\(uid)\t\(uid)\nGid:\t0\t0\t0\t0\n"
    try directory.write("\(pid)/status", Array(line.utf8))
  }

  func end(_ pid: Int32) throws { try directory.remove("\(pid)") }

  /// A process that nobody may look at.
  func close(_ pid: Int32) throws {
    // A file where there should be a link or a directory is an error, also for root.
    try directory.write("\(pid)/cwd")
    try directory.write("\(pid)/fd")
  }
}

extension Snapshot {
  /// The row of a socket; nil where it has none.
  func row(inode: UInt64) -> Row? {
    (0..<count).map { self[$0] }.first { $0.socket.inode == inode }
  }

  var rows: [Row] { (0..<count).map { self[$0] } }
}
