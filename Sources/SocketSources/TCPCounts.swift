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
    for file in Self.files {
      guard let bytes = try? FileDescriptor.contents(of: file, chunk: 512) else { continue }
      counts.add(bytes.span)
    }
  }

  /// Of the namespace that this thread is in.
  private static let files = ["/proc/thread-self/net/sockstat", "/proc/thread-self/net/sockstat6"]

  /// All counts of this thread's namespace; nil where nobody knows. A host without IPv6 has no sockstat6.
  static func ofThread() -> SockStat? {
    var counts = SockStat()
    for file in files {
      let bytes = Result { () throws(Errno) in try FileDescriptor.contents(of: file, chunk: 512) }
      switch bytes {
      case .success(let bytes): counts.add(bytes.span)
      case .failure(.noSuchFile) where file != files[0]: break
      case .failure: return nil
      }
    }
    return counts
  }

  /// About as many as a dump gives. No more than there is room made for, whatever the files say.
  var expected: Int { min(counts.inUse + counts.timeWait, 1 << 22) }
}
