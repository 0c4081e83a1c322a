internal import LinuxSystem
internal import SocketModel

/// Where a proc filesystem is, and where in it the socket tables are.
enum ProcRoot {
  /// The running kernel's own.
  static let host = "/proc"

  /// Without slashes at its end.
  static func normalized(_ root: String) -> String {
    var root = root[...]
    while root.count > 1, root.last == "/" { root.removeLast() }
    return String(root)
  }

  /// The directory of the socket tables. In a foreign root that is a mounted proc filesystem
  /// `net` -> `self/net` would be the tables of our own network namespace: there the first process
  /// stands for the host.
  static func netFolder(_ root: String) -> String {
    let net = root + "/net"
    if root == host { return net }
    guard let target = try? SymbolicLink.target(of: net) else { return net }
    return target == Array("self/net".utf8) ? root + "/1/net" : net
  }

  /// What the host is called whose processes the root shows; empty where it does not tell.
  static func hostName(_ root: String) -> String {
    if root == host { return Host.name }
    guard let text = try? FileDescriptor.contents(of: root + "/sys/kernel/hostname", chunk: 256)
    else { return "" }
    return String(raw: text.last == UInt8(ascii: "\n") ? Array(text.dropLast()) : text)
  }
}
