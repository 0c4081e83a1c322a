/// Where the running kernel keeps what tells one socket from another, as its BTF tells.
public struct HeldSocketLayout: Hashable, Sendable {
  /// Of the walk over open files, and of each file and its inode.
  public let files: TaskFileLayout
  let socketSock: BTFMember
  let `protocol`: BTFMember
  let user: BTFMember
  let family: BTFMember
  let state: BTFMember
  let port: BTFMember
  let remotePort: BTFMember
  let interface: BTFMember
  let ipv4: BTFMember
  let remoteIPv4: BTFMember
  /// 16 bytes from here on.
  let ipv6: Int16
  let remoteIPv6: Int16
  let namespace: BTFMember
  let namespaceNumber: BTFMember
  /// Of a `struct tcp_sock`.
  let requests: BTFMember

  /// From the bytes of `/sys/kernel/btf/vmlinux`.
  public init(btf bytes: Span<UInt8>) throws(BTFError) {
    files = try TaskFileLayout(btf: bytes)
    let btf = try BTF(
      bytes, structures: ["socket", "sock", "sock_common", "net", "tcp_sock"], functions: [])
    // A `struct sock` begins with its `struct sock_common`.
    socketSock = try btf.member("sk", of: "socket", bytes)
    `protocol` = try btf.member("sk_protocol", of: "sock", bytes)
    user = try btf.member("sk_uid.val", of: "sock", bytes)
    family = try btf.member("skc_family", of: "sock_common", bytes)
    state = try btf.member("skc_state", of: "sock_common", bytes)
    port = try btf.member("skc_num", of: "sock_common", bytes)
    remotePort = try btf.member("skc_dport", of: "sock_common", bytes)
    interface = try btf.member("skc_bound_dev_if", of: "sock_common", bytes)
    ipv4 = try btf.member("skc_rcv_saddr", of: "sock_common", bytes)
    remoteIPv4 = try btf.member("skc_daddr", of: "sock_common", bytes)
    ipv6 = try btf.offset("skc_v6_rcv_saddr", of: "sock_common", bytes)
    remoteIPv6 = try btf.offset("skc_v6_daddr", of: "sock_common", bytes)
    namespace = try btf.member("skc_net.net", of: "sock_common", bytes)
    namespaceNumber = try btf.member("ns.inum", of: "net", bytes)
    requests = try btf.member(
      "inet_conn.icsk_accept_queue.qlen.counter", of: "tcp_sock", bytes)
  }
}

extension BPFProgram {
  /// Which of the sockets that processes hold a program writes.
  public enum HeldSockets: Sendable {
    case all
    /// TCP sockets that are bound and no more. A kernel before 6.8 tells of them in no other way.
    case bound
  }

  /// The program that the kernel runs for each open file of each task: of a socket it writes one
  /// `BPFHeldRecord` (kernel/bpf/task_iter.c).
  public static func heldSockets(_ wanted: HeldSockets, _ layout: HeldSocketLayout) -> BPFProgram {
    let record = -Int16(BPFHeldRecord.size)
    let files = layout.files
    var lines: [Statement] = [
      // struct bpf_iter__task_file: meta at 0, task at 8, fd at 16, file at 24. Task and file are
      // null in the last call.
      .instruction(.load(.doubleword, .r6, from: .r1, 0)),
      .instruction(.load(.doubleword, .r8, from: .r1, 8)),
      .instruction(.load(.word, .r9, from: .r1, 16)),
      .instruction(.load(.doubleword, .r1, from: .r1, 24)),
      .jump(if: .r8, .equal, 0, to: "done"),
      .jump(if: .r1, .equal, 0, to: "done"),

      .instruction(.load(files.fileInode, .r2, from: .r1)),
      .instruction(.load(files.inodeNumber, .r2, from: .r2)),
      .instruction(.store(.doubleword, .r2, at: .r10, record)),
      .instruction(.load(files.taskGroup, .r2, from: .r8)),
      .instruction(.store(.word, .r2, at: .r10, record + 72)),
      .instruction(.store(.word, .r9, at: .r10, record + 76)),

      // bpf_sock_from_file(file); null for a file that is not a socket.
      .instruction(.call(.sockFromFile)),
      .jump(if: .r0, .equal, 0, to: "done"),
      .instruction(.load(layout.socketSock, .r7, from: .r0)),
      .jump(if: .r7, .equal, 0, to: "done"),

      .instruction(.load(layout.protocol, .r2, from: .r7)),
      .instruction(.load(layout.state, .r3, from: .r7)),
      .instruction(.load(layout.port, .r4, from: .r7)),
    ]
    if wanted == .bound {
      // Of TCP (IPPROTO_TCP), closed (TCP_CLOSE), with a port.
      lines += [
        .jump(if: .r2, .notEqual, 6, to: "done"),
        .jump(if: .r3, .notEqual, 7, to: "done"),
        .jump(if: .r4, .equal, 0, to: "done"),
      ]
    }
    lines += [
      .instruction(.store(.halfword, .r2, at: .r10, record + 86)),
      .instruction(.store(.doubleword, .r3, at: .r10, record + 88)),
      .instruction(.store(.halfword, .r4, at: .r10, record + 22)),

      .instruction(.load(layout.namespace, .r2, from: .r7)),
      .instruction(.load(layout.namespaceNumber, .r2, from: .r2)),
      .instruction(.store(.word, .r2, at: .r10, record + 8)),
      .instruction(.load(layout.user, .r2, from: .r7)),
      .instruction(.store(.word, .r2, at: .r10, record + 12)),
      .instruction(.load(layout.interface, .r2, from: .r7)),
      .instruction(.store(.word, .r2, at: .r10, record + 16)),
      .instruction(.load(layout.family, .r2, from: .r7)),
      .instruction(.store(.halfword, .r2, at: .r10, record + 20)),
      .instruction(.load(layout.remotePort, .r2, from: .r7)),
      .instruction(.store(.halfword, .r2, at: .r10, record + 84)),
      .instruction(.load(layout.ipv4, .r2, from: .r7)),
      .instruction(.store(.doubleword, .r2, at: .r10, record + 24)),
      .instruction(.load(layout.remoteIPv4, .r2, from: .r7)),
      .instruction(.store(.doubleword, .r2, at: .r10, record + 48)),
    ]
    for (member, place) in [(layout.ipv6, 32), (layout.remoteIPv6, 56)] as [(Int16, Int16)] {
      for word in stride(from: Int16(0), to: 16, by: 4) {
        lines += [
          .instruction(.load(.word, .r2, from: .r7, member + word)),
          .instruction(.store(.word, .r2, at: .r10, record + place + word)),
        ]
      }
    }
    lines += [
      // bpf_skc_to_tcp_sock(sock); null for what is not TCP.
      .instruction(.move(.r2, 0)),
      .instruction(.store(.word, .r2, at: .r10, record + 80)),
      .instruction(.move(.r1, .r7)),
      .instruction(.call(.toTCPSock)),
      .jump(if: .r0, .equal, 0, to: "write"),
      .instruction(.load(layout.requests, .r2, from: .r0)),
      .instruction(.store(.word, .r2, at: .r10, record + 80)),

      // bpf_seq_write(meta->seq, record, size): seq is meta's first member.
      .label("write"),
      .instruction(.load(.doubleword, .r1, from: .r6, 0)),
      .instruction(.move(.r2, .r10)),
      .instruction(.add(.r2, Int32(record))),
      .instruction(.move(.r3, Int32(BPFHeldRecord.size))),
      .instruction(.call(.seqWrite)),

      .label("done"),
      .instruction(.move(.r0, 0)),
      .instruction(.exit),
    ]
    return BPFProgram(lines)
  }
}
