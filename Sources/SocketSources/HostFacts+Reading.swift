internal import KernelFormats
internal import LinuxSystem
public import SocketModel

extension HostFacts {
  /// Reads what is known beside the sockets of a snapshot: of the network namespace that this process is
  /// in, and of the processes that hold sockets there.
  public init(beside snapshot: Snapshot, limit neverBoundLimit: Int) {
    self.init()
    var counts = SockStat()
    for file in ["/proc/net/sockstat", "/proc/net/sockstat6"] {
      counts.add(contents(of: file, for: [.orphans, .tcpMemory]).span)
    }
    let settings = "/proc/sys/net/ipv4/"
    if let limit = numbers(in: settings + "tcp_max_orphans", for: .orphans).first {
      orphans = Use(counts.orphans, of: limit)
    }
    let memory = numbers(in: settings + "tcp_mem", for: .tcpMemory)
    if memory.count == 3 { tcpMemory = Use(counts.pages, of: memory[2]) }
    ephemeralPorts = (try? LocalPortSettings.range()) ?? nil
    if ephemeralPorts == nil { unread[.ephemeralPorts] = LocalPortSettings.rangePath }
    let table = "/proc/sys/net/netfilter/nf_conntrack_"
    if let count = numbers(in: table + "count", for: .conntrack).first,
      let limit = numbers(in: table + "max", for: .conntrack).first
    {
      conntrack = Use(count, of: limit)
    }
    readProcesses(snapshot, neverBoundLimit)
  }

  /// Empty where the file is not there: no IPv6, no connection tracking, or a setting of the host in a
  /// namespace that is not the host's own.
  private mutating func contents(of path: String, for kinds: [FindingKind]) -> [UInt8] {
    do {
      return try FileDescriptor.contents(of: path, chunk: 512)
    } catch {
      if error != .noSuchFile { for kind in kinds { unread[kind] = path } }
      return []
    }
  }

  private mutating func numbers(in path: String, for kind: FindingKind) -> [Int] {
    contents(of: path, for: [kind]).split { !(0x30...0x39).contains($0) }.compactMap {
      Int(String(decoding: $0, as: UTF8.self))
    }
  }

  private mutating func readProcesses(_ snapshot: Snapshot, _ limit: Int) {
    hidesProcesses = snapshot.hiddenCause != nil
    var listed: Set<UInt64> = []
    for index in 0..<snapshot.count { listed.insert(snapshot[index].socket.inode) }
    var held: [Int32: Set<UInt64>] = [:]
    for record in snapshot.ownerIndex.all { held[record.pid, default: []].insert(record.inode) }
    let own = try? FileStatus(of: NetworkNamespaces.own).inode
    for (pid, inodes) in held {
      if let use = Self.files(of: pid) { files[pid] = use }
      // Of another namespace the rows are not here.
      let unlisted = inodes.subtracting(listed)
      guard unlisted.count >= limit, let own,
        (try? FileStatus(of: "\(ProcRoot.host)/\(pid)/ns/net").inode) == own,
        let kinds = try? HeldSockets(of: pid).counts
      else { continue }
      let rows = inodes.intersection(listed).count
      // UDP sockets that were never bound are in no table either.
      let inet = (kinds["TCP"] ?? 0) + (kinds["UDP"] ?? 0)
      neverBound[pid] = min(inet > rows ? inet - rows : 0, kinds["TCP"] ?? 0, unlisted.count)
    }
  }

  /// Open files, and RLIMIT_NOFILE (proc_pid_limits(5)); nil where the process may not be looked at.
  private static func files(of pid: Int32) -> Use? {
    let path = "\(ProcRoot.host)/\(pid)"
    guard let bytes = try? FileDescriptor.contents(of: path + "/limits", chunk: 4096),
      let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        .first(where: { $0.hasPrefix("Max open files") }),
      let limit = line.dropFirst("Max open files".count).split(separator: " ").first
        .flatMap({ Int($0) }),
      let directory = try? Directory(path + "/fd")
    else { return nil }
    var descriptors: [Int32] = []
    var buffer: [UInt8] = []
    guard (try? directory.appendNumbers(to: &descriptors, buffer: &buffer)) != nil else {
      return nil
    }
    return Use(descriptors.count, of: limit)
  }
}
