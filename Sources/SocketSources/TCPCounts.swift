internal import KernelFormats
internal import LinuxSystem
internal import SocketModel

/// How many TCP sockets the kernel counts, before any is asked for.
struct TCPCounts {
  private var counts = SockStat()

  /// What can't be read counts nothing; nothing is read where only listeners or UDP are asked for.
  init(for query: Query) {
    let isAsked = !query.states.subtracting(.listening).isEmpty
    guard query.protocols.contains(.tcp), isAsked else { return }
    for file in ["/proc/net/sockstat", "/proc/net/sockstat6"] {
      guard let bytes = try? FileDescriptor.contents(of: file, chunk: 512) else { continue }
      counts.add(bytes.span)
    }
  }

  /// About as many as a dump gives. No more than there is room made for, whatever the files say.
  var expected: Int { min(counts.inUse + counts.timeWait, 1 << 22) }
}
