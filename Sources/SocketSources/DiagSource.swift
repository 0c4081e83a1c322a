internal import KernelFormats
internal import LinuxSystem
public import SocketModel

/// Reads sockets over netlink sock_diag: the fast source, and the only one that knows TCP's
/// internals, memory, cgroups, cookies, backlog limits and bound sockets.
public struct DiagSource: Sendable {
  /// From how many TCP sockets on threads share the dump.
  private let sharedFrom: Int

  // Before that the second walk over the kernel's table, empty buckets included, costs too much.
  public init() { self.init(sharedFrom: 8000) }

  init(sharedFrom: Int) { self.sharedFrom = sharedFrom }

  /// Reads all at once. Throws `.refused` where the kernel has no sock_diag for a protocol that is
  /// asked for, or does not let us have it. `atFirst` gets the first rows as soon as all that listens
  /// is among them.
  public func read(
    _ question: Question, recorder: DiagRecorder? = nil, atFirst: ([Socket]) -> Void = { _ in }
  ) throws(SourceError) -> SocketTable {
    let counts = TCPCounts(for: question)
    let question = counts.sharpened(question)
    // A recording has one answer behind the other.
    if recorder == nil, let shares = DiagShares(question), usableProcessors() > 1,
      counts.expected >= sharedFrom
    {
      return try Self.read(shares, expecting: counts.expected, atFirst: atFirst)
    }
    var dump = try DiagDump(question, recorder: recorder)
    atFirst(try dump.readListeners())
    return try dump.readRest()
  }

  /// Another thread reads half of the connections.
  private static func read(
    _ shares: DiagShares, expecting expected: Int, atFirst: ([Socket]) -> Void
  ) throws(SourceError) -> SocketTable {
    let listening = try DiagDump(shares.listening).readRest()
    atFirst(listening.sockets)
    let bound = try DiagDump(shares.bound).readRest()
    let far = Future { () -> Result<SocketTable, SourceError> in
      Result { () throws(SourceError) in
        try DiagDump(shares.far, expecting: expected).readRest()
      }
    }
    var table = try DiagDump(shares.near, expecting: expected).readRest()
    table.append(listening)
    table.append(bound)
    table.append(try DiagDump(shares.udp).readRest())
    table.append(try far.value().get())
    table.removeRepeatedRows()
    return table
  }
}
