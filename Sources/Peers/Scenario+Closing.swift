public import LinuxSystem
public import SocketModel

/// Connections on the way to their end. A FIN waits behind data, and data waits for a window: a
/// peer that does not read keeps the states in which a FIN is not acknowledged.
extension Scenario {
  /// One end has closed, the other has not: FIN_WAIT_2 and CLOSE_WAIT.
  public func addHalfClosed(_ family: IPAddress.Family = .ipv4) throws(Errno) {
    let pair = try LoopbackPair(family)
    try pair.client.shutdown(.sending)
    try hold(pair, .finWait2, .closeWait, "half closed")
  }

  /// FIN_WAIT_1, and the peer that does not read.
  public func addFinWait1(_ family: IPAddress.Family = .ipv4) throws(Errno) {
    let pair = try LoopbackPair(family, smallBuffers: true)
    try pair.client.fillPeer()
    try pair.client.shutdown(.sending)
    try hold(pair, .finWait1, .established, "its FIN waits for a window")
  }

  /// CLOSING: both have closed, and one FIN waits; the other end is in FIN_WAIT_2.
  public func addClosing(_ family: IPAddress.Family = .ipv4) throws(Errno) {
    let pair = try LoopbackPair(family, smallBuffers: true)
    try pair.client.fillPeer()
    try pair.client.shutdown(.sending)
    try pair.server.shutdown(.sending)
    try hold(pair, .closing, .finWait2, "both closed, one FIN waits")
  }

  /// LAST_ACK: the peer closed first, and the answering FIN waits.
  public func addLastAck(_ family: IPAddress.Family = .ipv4) throws(Errno) {
    let pair = try LoopbackPair(family, smallBuffers: true)
    try pair.client.fillPeer()
    try pair.server.shutdown(.sending)
    try pair.client.awaitEnd()
    try pair.client.shutdown(.sending)
    try hold(pair, .lastAck, .finWait2, "closed second, its FIN waits")
  }

  /// TIME_WAIT, which the kernel keeps for a minute after both ends are gone.
  public func addTimeWait(_ family: IPAddress.Family = .ipv4) throws(Errno) {
    let pair = try LoopbackPair(family)
    let local = try pair.client.socket.localAddress().endpoint
    let remote = try pair.client.socket.remoteAddress().endpoint
    try pair.client.shutdown(.sending)
    try pair.server.awaitEnd()
    try pair.server.shutdown(.sending)
    try pair.client.awaitEnd()
    expect(local, remote, .timeWait, "closed first, a minute ago at most")
  }

  /// Sockets in every state that a connection has, in one family, and settled.
  public static func everyState(_ family: IPAddress.Family = .ipv4) throws(Errno) -> Scenario {
    let scenario = Scenario()
    try scenario.addListener(family)
    try scenario.addBound(family)
    try scenario.addSynSent(family)
    try scenario.addSynReceived(family)
    try scenario.addEstablished(family)
    try scenario.addFinWait1(family)
    try scenario.addHalfClosed(family)
    try scenario.addClosing(family)
    try scenario.addLastAck(family)
    try scenario.addTimeWait(family)
    try scenario.settle()
    return scenario
  }

  /// Every state in the families that the host has, and what else makes rows differ: waiting
  /// connections, v4-mapped ends, wildcards, twins, a duplicate, UDP.
  public static func everything() throws(Errno) -> Scenario {
    let families = try LoopbackPair.families
    let first = families[0]
    let scenario = try everyState(first)
    try scenario.addListener(first, waiting: 3)
    try scenario.addTwins(first)
    try scenario.addListener(first)
    try scenario.duplicateLast()
    try scenario.addDatagram(first)
    if families.count > 1 {
      try scenario.absorb(everyState(.ipv6))
      try scenario.addV4Mapped()
      try scenario.addWildcardListener(v6Only: true)
      try scenario.addDatagram(.ipv6)
    }
    try scenario.settle()
    return scenario
  }
}
