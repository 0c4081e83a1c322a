import Glibc
import SocketModel
import TestSupport
import Testing

@testable import SocketSources

/// Sockets that the kernel opens for itself, in a network namespace of the test's own.
@Suite(
  .enabled(
    if: IsolatedNetwork.isAvailable && canWalk, "\(IsolatedNetwork.neededFor), and BPF iterators"))
struct KernelSocketsTests {
  /// A tunnel with an address of its own has no row that looks like rtnetlink's.
  @Test func theKernelMarksItsOwn() throws {
    try onThreadOfItsOwn {
      let network = try IsolatedNetwork.enterNew()
      let held = try SceneSocket(.udp)
      try held.bind(IPEndpoint(.loopback(.ipv4), 0))
      try? network.run("ip link add vx0 type vxlan id 7 dstport 4789 dev lo && ip link set vx0 up")
      // What MPTCP listens with is a TCP socket of the kernel's, in the name of the process.
      let several = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 262)
      defer { close(several) }
      if several >= 0 { #expect(listen(several, 1) == 0) }
      let rows = try DiagSource().read(Query(protocols: .all)).sockets
      let expected = rows.filter { $0.cookie != 0 && ($0.local.port == 4789 || $0.kind == .tcp) }
      #expect(try KernelSockets.read() == Set(expected.map(\.cookie)))
      #expect(rows.count > expected.count)
    }
  }

  @Test func eachIsAskedAboutOnce() throws {
    let sockets = (1...3).map { number in
      var socket = Socket(
        .tcp, local: Endpoint(.unspecified(.ipv4), 2049), remote: Endpoint(.unspecified(.ipv4), 0),
        state: .listening)
      socket.inode = 100 + UInt64(number)
      socket.cookie = UInt64(number)
      socket.namespace = number == 3 ? 1 : 0
      return socket
    }
    var kernel = KernelSockets()
    var asked = 0
    func statuses() -> [OwnerStatus] {
      var builder = SnapshotBuilder()
      for socket in sockets { builder.table.append(socket) }
      builder.join(OwnerIndex(), listeners: [], hiddenCause: nil)
      kernel.mark(&builder) { () throws(BPFUnavailable) in
        asked += 1
        return [1, 3]
      }
      return sockets.indices.map(builder.ownerStatus)
    }
    // The third is of another namespace, where nobody asked.
    #expect(statuses() == [.kernel, .unheld, .unheld])
    #expect(statuses() == [.kernel, .unheld, .unheld] && asked == 1)
  }

  @Test func whereItCantBeToldNothingIsSaid() {
    var builder = SnapshotBuilder()
    var socket = Socket(
      .udp, local: Endpoint(.unspecified(.ipv4), 51820), remote: Endpoint(.unspecified(.ipv4), 0),
      state: .closed)
    (socket.inode, socket.cookie) = (7, 7)
    builder.table.append(socket)
    builder.join(OwnerIndex(), listeners: [], hiddenCause: nil)
    var kernel = KernelSockets()
    kernel.mark(&builder) { () throws(BPFUnavailable) in throw .pidNamespace }
    #expect(builder.ownerStatus(0) == .unheld)
  }
}

private let canWalk = (try? KernelSockets.read()) != nil
