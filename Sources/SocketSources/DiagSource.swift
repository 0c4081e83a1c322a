public import SocketModel

/// Reads sockets over netlink sock_diag: the fast source, and the only one that knows TCP's
/// internals, memory, cgroups, cookies, backlog limits and bound sockets.
public struct DiagSource: Sendable {
  public init() {}

  /// Reads all at once. Throws `.refused` where the kernel has no sock_diag for a protocol that is
  /// asked for, or does not let us have it. `atFirst` gets the first rows, listeners among them, as
  /// soon as they are there.
  public func read(
    _ question: Question, recorder: DiagRecorder? = nil, atFirst: ([Socket]) -> Void = { _ in }
  ) throws(SourceError) -> SocketTable {
    var dump = try DiagDump(question, recorder: recorder)
    _ = try dump.step()
    atFirst(dump.sockets)
    while try !dump.step() {}
    return dump.finish()
  }
}
