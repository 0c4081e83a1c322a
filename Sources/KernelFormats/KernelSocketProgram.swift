/// Where the running kernel keeps whether a socket is its own, as its BTF tells.
public struct KernelSocketLayout: Sendable {
  /// The BTF ids of the iterators over TCP and over UDP sockets.
  public let iterators: (tcp: UInt32, udp: UInt32)
  let cookie: BTFMember
  /// `sk_kern_sock` of a `struct sock`, with which every TCP and UDP socket begins.
  let isOfKernel: BTFBit

  /// From the bytes of `/sys/kernel/btf/vmlinux`.
  public init(btf bytes: Span<UInt8>) throws(BTFError) {
    let btf = try BTF(
      bytes, structures: ["sock", "sock_common"], functions: ["bpf_iter_tcp", "bpf_iter_udp"])
    iterators = (try btf.function("bpf_iter_tcp"), try btf.function("bpf_iter_udp"))
    cookie = try btf.member("skc_cookie.counter", of: "sock_common", bytes)
    isOfKernel = try btf.bit("sk_kern_sock", of: "sock", bytes)
  }
}

extension BPFProgram {
  /// The program that the kernel runs for each TCP or UDP socket of the reader's network namespace: it writes
  /// the cookie of one that the kernel opened for itself, 8 bytes.
  public static func kernelSockets(
    _ layout: KernelSocketLayout, isTCP: Bool
  ) -> BPFProgram {
    var lines: [Statement] = [
      // struct bpf_iter__tcp and bpf_iter__udp: meta at 0, the socket at 8, null in the last call.
      .instruction(.load(.doubleword, .r6, from: .r1, 0)),
      .instruction(.load(.doubleword, .r1, from: .r1, 8)),
      .jump(if: .r1, .equal, 0, to: "done"),
      .instruction(.move(.r0, .r1)),
    ]
    if isTCP {
      lines += [
        // bpf_skc_to_tcp_sock(sk); null in TIME_WAIT, and before the handshake is over.
        .instruction(.call(.toTCPSock)),
        .jump(if: .r0, .equal, 0, to: "done"),
      ]
    }
    lines += [
      .instruction(.load(.byte, .r2, from: .r0, layout.isOfKernel.offset)),
      .instruction(.and(.r2, layout.isOfKernel.mask)),
      .jump(if: .r2, .equal, 0, to: "done"),
      .instruction(.load(layout.cookie, .r2, from: .r0)),
      .instruction(.store(.doubleword, .r2, at: .r10, -8)),

      // bpf_seq_write(meta->seq, cookie, 8): seq is meta's first member.
      .instruction(.load(.doubleword, .r1, from: .r6, 0)),
      .instruction(.move(.r2, .r10)),
      .instruction(.add(.r2, -8)),
      .instruction(.move(.r3, 8)),
      .instruction(.call(.seqWrite)),

      .label("done"),
      .instruction(.move(.r0, 0)),
      .instruction(.exit),
    ]
    return BPFProgram(lines)
  }
}
