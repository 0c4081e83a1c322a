/// Where the running kernel keeps what an event of a TCP connection tells, as its BTF tells.
public struct ConnectionEventLayout: Hashable, Sendable {
  /// The ids of the tracepoints `inet_sock_set_state` and `sched_process_fork`, and of `inet_csk_accept`.
  public let stateChange: UInt32
  public let fork: UInt32
  public let accept: UInt32
  /// Where the result comes among the arguments of a function's exit: after its parameters.
  let acceptParameters: Int

  let `protocol`: BTFMember
  let error: BTFMember
  let user: BTFMember
  let flags: BTFMember
  let socket: BTFMember
  let cgroup: BTFMember
  let cgroupNode: BTFMember
  let cgroupID: BTFMember
  let socketFile: BTFMember
  let fileInode: BTFMember
  let inodeNumber: BTFMember
  let family: BTFMember
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
  let received: BTFMember
  let sent: BTFMember
  let resent: BTFMember
  let roundTrip: BTFMember
  let retransmits: BTFMember
  let sourcePort: BTFMember
  /// Of a `struct task_struct`.
  let taskFlags: BTFMember
  let task: BTFMember
  let taskGroup: BTFMember

  /// From the bytes of `/sys/kernel/btf/vmlinux`.
  public init(btf bytes: Span<UInt8>) throws(BTFError) {
    let btf = try BTF(
      bytes,
      structures: [
        "sock", "sock_common", "net", "tcp_sock", "socket", "file", "inode", "cgroup",
        "kernfs_node", "task_struct",
      ], functions: ["inet_csk_accept"],
      typedefs: ["btf_trace_inet_sock_set_state", "btf_trace_sched_process_fork"])
    func member(_ path: String, _ structure: String) throws(BTFError) -> BTFMember {
      try btf.member(path, of: structure, bytes)
    }
    stateChange = try btf.typedef("btf_trace_inet_sock_set_state")
    fork = try btf.typedef("btf_trace_sched_process_fork")
    accept = try btf.function("inet_csk_accept")
    acceptParameters = try btf.parameters(of: "inet_csk_accept", bytes)
    `protocol` = try member("sk_protocol", "sock")
    error = try member("sk_err", "sock")
    user = try member("sk_uid.val", "sock")
    socket = try member("sk_socket", "sock")
    cgroup = try member("sk_cgrp_data.cgroup", "sock")
    cgroupNode = try member("kn", "cgroup")
    cgroupID = try member("id", "kernfs_node")
    socketFile = try member("file", "socket")
    fileInode = try member("f_inode", "file")
    inodeNumber = try member("i_ino", "inode")
    // A `struct sock` begins with its `struct sock_common`.
    flags = try member("skc_flags", "sock_common")
    family = try member("skc_family", "sock_common")
    port = try member("skc_num", "sock_common")
    remotePort = try member("skc_dport", "sock_common")
    interface = try member("skc_bound_dev_if", "sock_common")
    ipv4 = try member("skc_rcv_saddr", "sock_common")
    remoteIPv4 = try member("skc_daddr", "sock_common")
    ipv6 = try btf.offset("skc_v6_rcv_saddr", of: "sock_common", bytes)
    remoteIPv6 = try btf.offset("skc_v6_daddr", of: "sock_common", bytes)
    namespace = try member("skc_net.net", "sock_common")
    namespaceNumber = try member("ns.inum", "net")
    received = try member("bytes_received", "tcp_sock")
    sent = try member("bytes_sent", "tcp_sock")
    resent = try member("bytes_retrans", "tcp_sock")
    roundTrip = try member("srtt_us", "tcp_sock")
    retransmits = try member("total_retrans", "tcp_sock")
    sourcePort = try member("inet_conn.icsk_inet.inet_sport", "tcp_sock")
    taskFlags = try member("flags", "task_struct")
    task = try member("pid", "task_struct")
    taskGroup = try member("tgid", "task_struct")
  }
}
