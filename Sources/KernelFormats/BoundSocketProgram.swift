/// Where the running kernel keeps what tells a TCP socket that is bound and no more, as its BTF tells.
public struct BoundSocketLayout: Hashable, Sendable {
  /// Of the walk over open files, and of each file and its inode.
  public let files: TaskFileLayout
  let socketSock: BTFMember
  let `protocol`: BTFMember
  let user: BTFMember
  let family: BTFMember
  let state: BTFMember
  let port: BTFMember
  let interface: BTFMember
  let ipv4: BTFMember
  /// 16 bytes from here on.
  let ipv6: Int16
  let namespace: BTFMember
  let namespaceNumber: BTFMember

  /// From the bytes of `/sys/kernel/btf/vmlinux`.
  public init(btf bytes: Span<UInt8>) throws(BTFError) {
    files = try TaskFileLayout(btf: bytes)
    let btf = try BTF(
      bytes, structures: ["socket", "sock", "sock_common", "net"], functions: [])
    // A `struct sock` begins with its `struct sock_common`.
    socketSock = try btf.member("sk", of: "socket", bytes)
    `protocol` = try btf.member("sk_protocol", of: "sock", bytes)
    user = try btf.member("sk_uid.val", of: "sock", bytes)
    family = try btf.member("skc_family", of: "sock_common", bytes)
    state = try btf.member("skc_state", of: "sock_common", bytes)
    port = try btf.member("skc_num", of: "sock_common", bytes)
    interface = try btf.member("skc_bound_dev_if", of: "sock_common", bytes)
    ipv4 = try btf.member("skc_rcv_saddr", of: "sock_common", bytes)
    ipv6 = try btf.offset("skc_v6_rcv_saddr", of: "sock_common", bytes)
    namespace = try btf.member("skc_net.net", of: "sock_common", bytes)
    namespaceNumber = try btf.member("ns.inum", of: "net", bytes)
  }
}

extension BPFProgram {
  /// The program that the kernel runs for each open file of each task: of a TCP socket that is bound
  /// and no more it writes one `BPFBoundRecord` (kernel/bpf/task_iter.c). A kernel before 6.8 tells of
  /// such a socket in no other way.
  public static func boundSockets(_ layout: BoundSocketLayout) -> BPFProgram {
    let record = -Int16(BPFBoundRecord.size)
    let files = layout.files
    var lines: [Statement] = [
      // struct bpf_iter__task_file: meta at 0, file at 24, which is null in the last call.
      .instruction(.load(.doubleword, .r6, from: .r1, 0)),
      .instruction(.load(.doubleword, .r1, from: .r1, 24)),
      .jump(if: .r1, .equal, 0, to: "done"),

      .instruction(.load(files.fileInode, .r2, from: .r1)),
      .instruction(.load(files.inodeNumber, .r2, from: .r2)),
      .instruction(.store(.doubleword, .r2, at: .r10, record)),

      // bpf_sock_from_file(file); null for a file that is not a socket.
      .instruction(.call(.sockFromFile)),
      .jump(if: .r0, .equal, 0, to: "done"),
      .instruction(.load(layout.socketSock, .r7, from: .r0)),
      .jump(if: .r7, .equal, 0, to: "done"),

      // Of TCP (IPPROTO_TCP), closed (TCP_CLOSE), with a port.
      .instruction(.load(layout.protocol, .r2, from: .r7)),
      .jump(if: .r2, .notEqual, 6, to: "done"),
      .instruction(.load(layout.state, .r2, from: .r7)),
      .jump(if: .r2, .notEqual, 7, to: "done"),
      .instruction(.load(layout.port, .r2, from: .r7)),
      .jump(if: .r2, .equal, 0, to: "done"),
      .instruction(.store(.halfword, .r2, at: .r10, record + 22)),

      .instruction(.load(layout.namespace, .r2, from: .r7)),
      .instruction(.load(layout.namespaceNumber, .r2, from: .r2)),
      .instruction(.store(.word, .r2, at: .r10, record + 8)),
      .instruction(.load(layout.user, .r2, from: .r7)),
      .instruction(.store(.word, .r2, at: .r10, record + 12)),
      .instruction(.load(layout.interface, .r2, from: .r7)),
      .instruction(.store(.word, .r2, at: .r10, record + 16)),
      .instruction(.load(layout.family, .r2, from: .r7)),
      .instruction(.store(.halfword, .r2, at: .r10, record + 20)),
      .instruction(.load(layout.ipv4, .r2, from: .r7)),
      .instruction(.store(.doubleword, .r2, at: .r10, record + 24)),
    ]
    for word in 0..<Int16(4) {
      lines += [
        .instruction(.load(.word, .r2, from: .r7, layout.ipv6 + 4 * word)),
        .instruction(.store(.word, .r2, at: .r10, record + 32 + 4 * word)),
      ]
    }
    lines += [
      // bpf_seq_write(meta->seq, record, size): seq is meta's first member.
      .instruction(.load(.doubleword, .r1, from: .r6, 0)),
      .instruction(.move(.r2, .r10)),
      .instruction(.add(.r2, Int32(record))),
      .instruction(.move(.r3, Int32(BPFBoundRecord.size))),
      .instruction(.call(.seqWrite)),

      .label("done"),
      .instruction(.move(.r0, 0)),
      .instruction(.exit),
    ]
    return BPFProgram(lines)
  }
}
