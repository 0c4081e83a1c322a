/// A protocol and both ends in a network namespace: what sockets without a cookie are told apart by, together
/// with an inode or a state.
public struct SocketEnds: Hashable, Sendable {
  let kind: SocketKind
  let namespace: UInt16
  let local: Endpoint
  let remote: Endpoint

  public init(_ socket: Socket) {
    kind = socket.kind
    namespace = socket.namespace
    local = socket.local
    remote = socket.remote
  }
}
