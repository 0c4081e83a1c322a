internal import KernelFormats
internal import LinuxSystem
internal import SocketModel

/// The UDP ports that the kernel itself has open for tunnels (VXLAN and its like), in the network namespace of
/// this thread.
enum TunnelPorts {
  /// As far as rtnetlink tells of them: no more is proven.
  static func read() -> Set<UInt16> {
    var ports: Set<UInt16> = []
    guard let socket = try? NetlinkSocket.route() else { return ports }
    let request = TunnelLink.request(sequence: 1)
    guard (try? socket.send(request.span)) != nil else { return ports }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while let datagram = try? socket.receive(into: &buffer, waiting: true) {
      guard datagram.sender == 0 else { continue }
      if datagram.isTruncated { return ports }
      let bytes = buffer
      if take(bytes.span.extracting(0..<datagram.count), into: &ports) { return ports }
    }
    return ports
  }

  /// True at the end of the dump.
  static func take(_ bytes: Span<UInt8>, into ports: inout Set<UInt16>) -> Bool {
    var walk = NetlinkWalk()
    while true {
      let message: NetlinkMessage?
      do throws(MalformedMessage) { message = try walk.next(in: bytes) } catch { return true }
      guard let message else { return false }
      if message.kind == .done || message.kind == .error { return true }
      guard message.kind == TunnelLink.messageKind else { continue }
      // A device that can't be read proves nothing.
      if let link = try? TunnelLink(in: bytes, at: message.payload) { ports.insert(link.port) }
    }
  }
}

extension Socket {
  /// Whether it is as the kernel's own for a tunnel are: on any address, root's, and nothing more. Nobody else
  /// can bind the port of one: the kernel does not share it.
  var mayBeTunnel: Bool {
    kind == .udp && state == .closed && local.isUnspecified && interface == 0 && uid == 0
  }
}

extension SnapshotBuilder {
  /// Says that rows are the kernel's where that is proven: nobody was seen to hold them, and a tunnel has
  /// the port. `known` are the ports by namespace, of those that were read beside others; of our own they are
  /// read now otherwise.
  mutating func markTunnels(
    _ known: [UInt16: Set<UInt16>] = [:], _ read: () -> Set<UInt16> = TunnelPorts.read
  ) {
    let candidates = sockets.indices.filter { row in
      let isUnseen = ownerStatus(row) == .unheld || ownerStatus(row) == .hidden
      return isUnseen && sockets[row].mayBeTunnel
    }
    var known = known
    for row in candidates {
      let (namespace, port) = (sockets[row].namespace, sockets[row].local.port)
      if namespace == 0 && known[0] == nil { known[0] = read() }
      if known[namespace]?.contains(port) ?? false { setOwners(RowOwners(.kernel), of: row) }
    }
  }
}
