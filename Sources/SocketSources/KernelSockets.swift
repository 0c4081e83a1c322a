internal import KernelFormats
internal import LinuxSystem
internal import SocketModel

/// Which sockets the kernel has opened for itself, an NFS server's or a tunnel's: it marks them (`sk_kern_sock`),
/// and a BPF iterator reads that. What was found out of a socket once stays so.
struct KernelSockets: Sendable {
  /// By cookie.
  private var known: [UInt64: Bool] = [:]
  private var isRefused = false

  /// Says that rows of our own network namespace are the kernel's where nobody holds them and it marks them so.
  mutating func mark(
    _ builder: inout SnapshotBuilder,
    _ read: () throws(BPFUnavailable) -> Set<UInt64> = KernelSockets.read
  ) {
    let candidates = builder.sockets.indices.filter {
      let socket = builder.sockets[$0]
      return builder.ownerStatus($0) == .unheld && socket.namespace == 0 && socket.cookie != 0
        && (socket.kind == .tcp || socket.kind == .udp)
    }
    let cookies = Set(candidates.map { builder.sockets[$0].cookie })
    known = known.filter { cookies.contains($0.key) }
    if !isRefused && !cookies.allSatisfy({ known[$0] != nil }) {
      do throws(BPFUnavailable) {
        let found = try read()
        for cookie in cookies { known[cookie] = found.contains(cookie) }
      } catch {
        isRefused = true
      }
    }
    for row in candidates where known[builder.sockets[row].cookie] ?? false {
      builder.setOwners(RowOwners(.kernel), of: row)
    }
  }

  /// The cookies of those in the network namespace of this thread.
  static func read() throws(BPFUnavailable) -> Set<UInt64> {
    guard BPF.isPermitted else { throw .program(.notPermitted, verifier: nil) }
    let layout = try BPFOwners.layout(BPFOwners.kernelTypes) { bytes throws(BTFError) in
      try KernelSocketLayout(btf: bytes)
    }
    var bytes: [UInt8] = []
    for (isTCP, function) in [(true, layout.iterators.tcp), (false, layout.iterators.udp)] {
      let iterator = try BPFOwners.start(.kernelSockets(layout, isTCP: isTCP), function)
      while try BPFOwners.read(iterator, &bytes) > 0 {}
    }
    let span = bytes.span
    return Set(stride(from: 0, to: span.count - 7, by: 8).map { span.uint64(at: $0) })
  }
}
