import KernelFormats
import SocketModel
import SocketSources

/// Walks messages and their attributes, and reads requests, devices and errors among them.
func fuzzNetlink(_ bytes: [UInt8]) {
  var walk = NetlinkWalk()
  var last = -1
  do throws(MalformedMessage) {
    while let message = try walk.next(in: bytes.span) {
      require(message.start > last, "a walk goes on")
      last = message.start
      _ = message.errorNumber(in: bytes.span)
      _ = try? InetDiagRequest(message, in: bytes.span)
      _ = try? TunnelLink(in: bytes.span, at: message.payload)
      _ = try? InetDiagDestroy.decode(message, in: bytes.span)
      var attributes = NetlinkAttributes(message.payload)
      while let attribute = try attributes.next(in: bytes.span) {
        require(attribute.value.upperBound <= message.payload.upperBound, "attributes are inside")
      }
    }
  } catch {
    require(!"\(error.problem)".isEmpty, "an error has words")
  }
}

/// A message of each kind, with its attributes.
func fuzzInetDiag(_ bytes: [UInt8]) {
  let payload = 0..<bytes.count
  for kind in SocketKind.internet {
    guard
      let socket = try? InetDiagMessage.socket(
        kind, in: bytes.span, at: payload, boundAsked: true)
    else { continue }
    _ = try? InetDiagAttributes.traffic(of: socket.state, in: bytes.span, at: payload)
    _ = InetDiagAttributes.cgroup(in: bytes.span, at: payload)
    if let attributes = try? InetDiagAttributes.checked(in: bytes.span, at: payload), kind == .tcp {
      readAllFields(socket, Array(bytes[attributes]), as: lot(bytes))
    }
  }
}

func fuzzUnixDiag(_ bytes: [UInt8]) {
  guard let message = try? UnixDiagMessage(in: bytes.span, at: 0..<bytes.count) else { return }
  _ = message.name.map { "\($0)" }
  if let memory = message.memory { require(memory.upperBound <= bytes.count, "memory is inside") }
}

/// Messages of packet and netlink sockets, and the records that the BPF programs write.
func fuzzOtherDiag(_ bytes: [UInt8]) {
  if let message = try? PacketDiagMessage(in: bytes.span, at: 0..<bytes.count) {
    readAllFields(message.socket, as: lot(bytes))
  }
  if let message = try? NetlinkDiagMessage(in: bytes.span, at: 0..<bytes.count) {
    readAllFields(message.socket, as: lot(bytes))
  }
  var records: [OwnerIndex.Record] = []
  _ = BPFOwnerRecord.decode(bytes.span, appendingTo: &records)
  let index = OwnerIndex(records)
  for record in records {
    require(!index.owners(at: index.slot(inode: record.inode)).isEmpty, "an owner is found")
  }
  for record in BPFHeldRecord.decode(bytes.span) ?? [] {
    if let socket = record.socket { readAllFields(socket, as: Int(record.descriptor)) }
  }
}

/// The structure alone, whose length differs from kernel to kernel.
func fuzzTCPInfo(_ bytes: [UInt8]) {
  let info = TCPInfo(bytes.span)
  for member in TCPInfoMember.allCases { _ = info[member] }
  for state in TCPState.named { _ = info.payloadReceived(in: state) }
  _ = info.payloadSent
  _ = SocketTraffic(info: bytes.span, in: .established)
}

/// As a file, or as changes of a file that has what is looked for: two bytes say where, one which.
func fuzzBTF(_ bytes: [UInt8]) {
  let lot = lot(bytes)
  if lot % 8 == 0 { return readBTF(bytes) }
  var changed = sampleBTF[lot % sampleBTF.count]
  for start in stride(from: 0, to: bytes.count - 2, by: 3) {
    let place = Int(bytes[start]) << 8 | Int(bytes[start + 1])
    if place == 0xffff { changed.removeLast(min(changed.count, Int(bytes[start + 2]))) }
    if place < changed.count { changed[place] = bytes[start + 2] }
  }
  readBTF(changed)
}

private let sampleBTF = [BTFWriter.kernel().file, eventKernel().file]

private func readBTF(_ bytes: [UInt8]) {
  _ = try? TaskFileLayout(btf: bytes.span)
  if let layout = try? HeldSocketLayout(btf: bytes.span) {
    _ = BPFProgram.heldSockets(.all, layout)
  }
  if let layout = try? ConnectionEventLayout(btf: bytes.span) {
    let maps = ConnectionEventMaps(ring: 3, connections: 4, lost: 5, followed: 6)
    let choice = ConnectionEventChoice()
    _ = BPFProgram.connectionEvents(choice, maps, layout).assembled()
    _ = BPFProgram.acceptedConnections(maps, layout).assembled()
    _ = BPFProgram.followedProcesses(7, layout).assembled()
  }
}

/// What `ConnectionEventLayout` looks for, and no more.
private func eventKernel() -> BTFWriter {
  var btf = BTFWriter()
  let int = btf.integer("int", size: 4)
  let members = [
    "sock": "sk_protocol sk_err sk_uid.val sk_socket sk_cgrp_data.cgroup",
    "sock_common": """
    skc_flags skc_family skc_state skc_num skc_dport skc_bound_dev_if skc_rcv_saddr skc_daddr \
    skc_v6_rcv_saddr skc_v6_daddr skc_net.net
    """,
    "net": "ns.inum", "cgroup": "kn", "kernfs_node": "id", "socket": "file", "file": "f_inode",
    "inode": "i_ino", "task_struct": "flags pid tgid",
    "tcp_sock": """
    bytes_received bytes_sent bytes_retrans srtt_us total_retrans \
    inet_conn.icsk_inet.inet_sport
    """,
  ]
  for (name, paths) in members.sorted(by: { $0.key < $1.key }) {
    var list: [BTFWriter.Member] = []
    for (place, path) in paths.split(separator: " ").enumerated() {
      let parts = path.split(separator: ".")
      var type = int
      for part in parts.dropFirst().reversed() {
        type = btf.structure(members: [.init(name: String(part), type: type, bits: 0)])
      }
      list.append(.init(name: String(parts[0]), type: type, bits: UInt32(32 * place)))
    }
    _ = btf.structure(name, members: list)
  }
  let prototype = btf.add(kind: 13, count: 2, words: [0, int, 0, int])
  btf.add(kind: 12, "inet_csk_accept", value: prototype)
  for name in ["inet_sock_set_state", "sched_process_fork"] {
    _ = btf.typedef("btf_trace_" + name, int)
  }
  require((try? ConnectionEventLayout(btf: btf.file.span)) != nil, "the sample is whole")
  return btf
}

/// Every field of one row, in the form that a number chooses.
private func readAllFields(_ socket: Socket, _ attributes: [UInt8] = [], as number: Int) {
  var table = SocketTable()
  table.append(socket, attributes: attributes.span)
  var builder = SnapshotBuilder()
  builder.table = table
  render(builder.frozen(), as: number)
}
