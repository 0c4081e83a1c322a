/// The catalogue of fields. A column, a JSON field, a CSV column, a sort key and a filter field are
/// each one of these, under one name.
///
/// To add a field is to add its case and its entry in `definition`: table, JSON, CSV, sort order,
/// filters, completions, manual, the README's table and the schema follow from it. A member of
/// `tcp_info` or of the memory has its entry beside the structure.
public enum Field: Hashable, Sendable {
  case proto, family, localAddress, localPort, remoteAddress, remotePort, interface, state
  case receiveQueue, sendQueue, uid, user, inode, ownerStatus, owners, pid, process, command,
    exeDeleted, fds
  case timer, timerExpires, timerRetransmits, cookie, v6only, cgroup, unit, container, mark, tos
  case trafficClass, forwardsTo
  case shutdown, congestion, ulp, netns, netnsName, netnsCookie, txBytes, rxBytes, subprotocol
  case localPath, remotePath, peerInode, peerPID, peerProcess, direction, peerLocal
  case netlinkPort, idle, age, ageIs, verdict
  case event(EventField)
  case ip(Pushdown.End)
  case origin(Origin)
  case tcpInfo(TCPInfoMember)
  case memory(MemoryMember)

  /// Every field, in the order of JSON and of the documentation.
  public static let all: [Field] =
    Origin.allCases.map { .origin($0) } + [
      .proto, .family, .localAddress, .localPort, .remoteAddress, .remotePort, .interface, .state,
      .receiveQueue, .sendQueue, .uid, .user, .inode, .ownerStatus, .owners, .pid, .process,
      .command, .exeDeleted, .fds, .timer, .timerExpires, .timerRetransmits, .cookie, .v6only,
      .cgroup, .unit, .container, .forwardsTo, .mark, .tos, .trafficClass, .shutdown, .congestion,
      .ulp, .ip(.local), .ip(.remote), .netns, .netnsName, .netnsCookie, .localPath, .remotePath,
      .peerInode, .peerPID, .peerProcess, .direction, .peerLocal, .subprotocol, .netlinkPort,
      .txBytes, .rxBytes, .idle, .age, .ageIs, .verdict,
    ] + EventField.allCases.map { .event($0) } + TCPInfoMember.allCases.map { .tcpInfo($0) }
    + MemoryMember.allCases.map { .memory($0) }

  /// The field's entry.
  private var definition: Definition {
    switch self {
    case .proto:
      Definition(
        "protocol", .word, ["proto", "netid"], title: "Proto", example: "=udp",
        words: SocketKind.allCases.map(\.name),
        help: """
          tcp, udp, mptcp, udplite, raw or ping; as in ss u_str, u_dgr or u_seq of unix sockets, \
          p_raw or p_dgr of packet sockets, nl of netlink.
          """
      ) { row, _ in .word(row.socket.kind.name) }
    case .family:
      Definition(
        "family", .word, example: "=ipv6",
        words: IPAddress.Family.allCases.map(\.name)
          + [Socket.unixFamily, Socket.linkFamily, Socket.netlinkFamily],
        help: "ipv4, ipv6, unix, link (packet sockets) or netlink; a v4-mapped row is ipv6."
      ) { row, _ in Value(row.socket.familyName) }
    case .localAddress:
      Definition(
        "local_address", .address, ["local", "laddr", "src"], title: "Local Address",
        example: "=10.0.0.0/8", help: "The address of this end."
      ) { row, _ in row.socket.local.value }
    case .localPort:
      Definition(
        "local_port", .number, ["lport", "sport"], title: "Local Port", example: "=443",
        help: "The port of this end."
      ) { row, _ in row.socket.portValue(row.socket.local) }
    case .remoteAddress:
      Definition(
        "remote_address", .address,
        ["remote", "raddr", "peer", "foreign", "foreign_address", "dst"], title: "Foreign Address",
        example: "=10.0.0.0/8",
        help: "The address of the other end; unspecified where there is none."
      ) { row, _ in row.socket.remote.value }
    case .remotePort:
      Definition(
        "remote_port", .number, ["rport", "dport"], title: "Foreign Port", example: "=443",
        help: "The port of the other end; 0 where there is none."
      ) { row, _ in row.socket.portValue(row.socket.remote) }
    case .interface:
      Definition(
        "interface", .name, ["dev", "device"], needs: .interfaces, example: "=lo",
        help: "The interface that the socket is bound to, or its address's zone."
      ) { row, _ in row.socket.interfaceKey.map { .name(.interface($0)) } ?? .absent }
    case .state:
      Definition(
        "state", .word, example: "=established",
        words: (TCPState.named.map { $0.name() } + [TCPState.closed.name(.udp)]).compactMap { $0 },
        help: "The state by its name, such as LISTENING or TIME_WAIT."
      ) { row, _ in
        row.socket.state.name(row.socket.kind).map { .word($0) }
          ?? .number(UInt64(row.socket.state.rawValue))
      }
    case .receiveQueue:
      Definition(
        "recv_q", .number, ["recvq", "rx_queue"], unit: .bytes, title: "Recv-Q",
        help: "Bytes not yet read; for a listener, connections not yet accepted."
      ) { row, _ in row.socket.queueValue(row.socket.receiveQueue) }
    case .sendQueue:
      Definition(
        "send_q", .number, ["sendq", "tx_queue"], unit: .bytes, title: "Send-Q",
        help: "Bytes not yet acknowledged; for a listener, the limit of its queue."
      ) { row, _ in row.socket.queueValue(row.socket.sendQueue) }
    case .uid:
      Definition(
        "uid", .number, title: "UID", example: "=33",
        help: "The user's number; unknown for TIME_WAIT and connections not yet accepted."
      ) { row, _ in row.socket.uid.map { .number(UInt64($0)) } ?? row.socket.noUser }
    case .user:
      Definition(
        "user", .name, needs: .userNames, example: "=www-data", help: "The user's name."
      ) { row, _ in row.socket.uid.map { .name(.user($0)) } ?? row.socket.noUser }
    case .inode:
      Definition("inode", .number, help: "The socket's number, as in /proc/PID/fd.") { row, _ in
        row.socket.inode == 0 ? .absent : .number(row.socket.inode)
      }
    case .ownerStatus:
      Definition(
        "owner_status", .word, needs: .owners, title: "Owner", example: "=hidden",
        words: OwnerStatus.allCases.compactMap(\.name),
        help: "known, partial, queued, unheld, kernel, none or hidden."
      ) { row, _ in Value(row.ownerStatus.name) }
    case .owners:
      Definition(
        "owners", .list, needs: [.owners, .processNames],
        help: "All owners: pid, name and descriptors of each."
      ) { row, _ in row.ownerStatus == .notAsked ? .absent : .owners(row.ownerSlot) }
    case .pid:
      Definition(
        "pid", .number, of: .firstOwner, needs: .owners, title: "PID", example: "=812",
        help: "The lowest pid among the owners."
      ) { row, _ in Value(row.firstPID.map { UInt32(bitPattern: $0) }) }
    case .process:
      Definition(
        "process", .name, ["name", "program", "comm"], of: .firstOwner,
        needs: [.owners, .processNames], example: "=nginx", help: "The name of that process."
      ) { row, _ in row.firstProcess.map { .name(.process($0)) } ?? .absent }
    case .command:
      Definition(
        "command", .name, ["cmd", "cmdline", "args"], of: .firstOwner, section: .commands,
        needs: [.owners, .processNames, .commands], example: "=*worker*",
        help: "Its command line."
      ) { row, _ in row.firstProcess.map { .name(.command($0)) } ?? .absent }
    case .exeDeleted:
      Definition(
        "exe_deleted", .flag, of: .firstOwner, section: .executables,
        needs: [.owners, .processNames, .executables], title: "Exe Deleted", example: "=true",
        help: "Whether its program's file was replaced or removed since it started."
      ) { row, _ in
        row.firstProcess.flatMap { row.snapshot.names.process($0)?.exeIsDeleted }.map { .flag($0) }
          ?? .absent
      }
    case .fds:
      Definition(
        "fds", .list, ["fd"], of: .firstOwner, needs: .owners, title: "FDs", isOrdered: true,
        help: "Its descriptors of the socket; none of a connection it has not accepted yet."
      ) { row, _ in
        row.snapshot.ownerIndex.firstDescriptor(at: row.ownerSlot) == nil
          ? .absent : .descriptors(row.ownerSlot)
      }
    case .timer:
      Definition(
        "timer", .word, section: .timer, example: "=keepalive",
        words: SocketTimer.Kind.named.compactMap(\.name),
        help:
          "The timer that runs: on (retransmit), keepalive, timewait, persist, delayed_ack or off."
      ) { row, _ in
        row.socket.timer.kind.name.map { .word($0) }
          ?? .number(UInt64(row.socket.timer.kind.rawValue))
      }
    case .timerExpires:
      Definition(
        "timer_expires", .number, unit: .milliseconds, section: .timer, title: "Expires(ms)",
        help: "Milliseconds until it fires."
      ) { row, _ in
        row.socket.timer.kind == .off ? .absent : .number(UInt64(row.socket.timer.expires))
      }
    case .timerRetransmits:
      Definition(
        "timer_retransmits", .number, section: .timer, title: "Retries",
        help: "Retransmissions or probes without an answer so far."
      ) { row, _ in .number(UInt64(row.socket.timer.retransmits)) }
    case .cookie:
      Definition(
        "cookie", .number, section: .identity, needs: .cookies,
        help: "The kernel's name for the socket, never used again."
      ) { row, _ in row.socket.cookie == 0 ? .absent : .number(row.socket.cookie) }
    case .v6only:
      Definition(
        "v6only", .flag, section: .identity, needs: .v6only, title: "V6only", example: "=true",
        help: "Whether an IPv6 socket refuses IPv4."
      ) { row, _ in
        row.socket.v6Only == .unknown ? .absent : .flag(row.socket.v6Only == .yes)
      }
    case .cgroup:
      Definition(
        "cgroup", .name, section: .cgroup, needs: .cgroups, example: "=/system.slice",
        help: "The path of the socket's control group."
      ) { row, _ in row.cgroup.map { .name(.cgroup($0)) } ?? .absent }
    case .unit:
      Definition(
        "unit", .name, section: .cgroup, needs: .cgroups, example: "=nginx.service",
        help:
          "The systemd unit that the socket was made in; below a user's or another unit after that and /."
      ) { row, _ in row.partOfCgroup(\.unit) { .unit($0) } }
    case .container:
      Definition(
        "container", .name, section: .cgroup, needs: .cgroups, example: "=web",
        help:
          "The container that it was made in, by name or 12 digits; one that a unit made after that and /."
      ) { row, _ in row.partOfCgroup(\.container) { .container($0) } }
    case .forwardsTo:
      Definition(
        "forwards_to", .name, section: .cgroup, needs: [.owners, .processNames],
        title: "Forwards To",
        example: "=172.17.0.*",
        help: "The container's address and port that its owner, a docker-proxy, sends all to."
      ) { row, _ in
        guard let process = row.firstProcess else {
          let isOpen = row.ownerStatus == .notAsked || row.ownerStatus.mayHaveOthers
          return isOpen ? .unknown : .absent
        }
        return row.snapshot.names.process(process)?.forwardsTo == nil
          ? .absent : .name(.forward(process))
      }
    case .mark:
      Definition(
        "mark", .number, section: .mark, needs: .marks, isOrdered: false, example: "=0x10/0xff",
        help: "The firewall mark (SO_MARK); told to CAP_NET_ADMIN alone."
      ) { row, _ in Value(row.number(.mark, width: 4)) }
    case .tos:
      Definition(
        "tos", .number, section: .tos, needs: .tos, title: "TOS",
        help: "The type of service of IPv4."
      ) { row, _ in Value(row.number(.tos, width: 1)) }
    case .trafficClass:
      Definition(
        "tclass", .number, section: .tos, needs: .tos, title: "Tclass",
        help: "The traffic class of IPv6."
      ) { row, _ in Value(row.number(.trafficClass, width: 1)) }
    case .shutdown:
      Definition(
        "shutdown", .number, section: .shutdown, needs: .shutdown,
        help: "Which directions are shut down: 1 receiving, 2 sending, 3 both."
      ) { row, _ in Value(row.number(.shutdown, width: 1)) }
    case .congestion:
      Definition(
        "congestion", .name, ["cong"], section: .congestion, needs: .congestion, example: "=bbr",
        help: "The congestion control algorithm."
      ) { row, _ in row.text(.congestion).map { .text($0) } ?? .absent }
    case .netns:
      Definition(
        "netns", .number, section: .namespace, needs: .namespace,
        example: "=4026531840",
        help: "The network namespace's number, as in /proc/PID/ns/net."
      ) { row, _ in Value(row.namespace.inode) }
    case .netnsName:
      Definition(
        "netns_name", .name, section: .namespace, needs: .namespace, title: "Netns",
        example: "=pod", help: "Its name in /run/netns or /run/docker/netns, else its container's."
      ) { row, _ in row.namespace.inode.map { .name(.namespace($0)) } ?? .absent }
    case .netnsCookie:
      Definition(
        "netns_cookie", .number, section: .namespace, needs: .namespace, title: "Netns Cookie",
        help: "A number that no other namespace gets until the host starts again."
      ) { row, _ in Value(row.namespace.cookie) }
    case .ulp:
      Definition(
        "ulp", .name, section: .tcpInfo, needs: .upperLayers, title: "ULP", example: "=tls",
        help:
          "The upper layer protocol of TCP that the kernel runs for it: tls, mptcp; may need CAP_NET_ADMIN."
      ) { row, _ in
        row.snapshot.details.text(.upperLayerName, inside: .upperLayer, of: row.index)
          .map { .text($0) } ?? .absent
      }
    case .localPath:
      Definition(
        "local_path", .name, section: .unix, title: "Local Path", example: "=/run/*",
        help: "A unix socket's name: its path, or @ and its abstract name."
      ) { row, _ in row.socket.local.unixName.map { .name($0) } ?? .absent }
    case .remotePath:
      Definition(
        "remote_path", .name, ["peer_path"], section: .unix, needs: .peers, title: "Foreign Path",
        example: "=/run/*", help: "The name of a unix socket's other end."
      ) { row, _ in row.socket.remote.unixName.map { .name($0) } ?? .absent }
    case .peerInode:
      Definition(
        "peer_inode", .number, section: .ends, needs: .peers, title: "Peer Inode",
        help: "The number of the socket at the other end, where that is on this host."
      ) { row, _ in Value(row.peerInode.flatMap { $0 < ConnectionEnds.unnumbered ? $0 : nil }) }
    case .peerPID:
      Definition(
        "peer_pid", .number, section: .ends, needs: [.peers, .owners], title: "Peer PID",
        example: "=812", help: "The lowest pid among the owners of that socket."
      ) { row, _ in row.ofPeer { .number(UInt64(UInt32(bitPattern: $0.pid))) } }
    case .peerProcess:
      Definition(
        "peer_process", .name, section: .ends, needs: [.peers, .owners, .processNames],
        title: "Peer Process", example: "=nginx", help: "The name of that process."
      ) { row, _ in row.ofPeer { .name(.process($0)) } }
    case .subprotocol: .subprotocol
    case .netlinkPort: .netlinkPort
    case .direction: .direction
    case .peerLocal: .peerLocal
    case .txBytes:
      Definition(
        "tx_bytes", .number, unit: .bytes, section: .tcpInfo, needs: .tcpInfo, title: "TX Bytes",
        help: "Payload bytes sent, without retransmissions."
      ) { row, _ in Value(row.payloadSent) }
    case .rxBytes:
      Definition(
        "rx_bytes", .number, unit: .bytes, section: .tcpInfo, needs: .tcpInfo, title: "RX Bytes",
        help: "Payload bytes received."
      ) { row, _ in Value(row.payloadReceived) }
    case .idle: .idle
    case .age: .age
    case .ageIs: .ageIs
    case .verdict: .verdict
    case .event(let field): Definition(field)
    case .ip(let end): .ip(end)
    case .origin(let origin): Definition(origin)
    case .tcpInfo(let member): Definition(member)
    case .memory(let member): Definition(member)
    }
  }
}

// MARK: What an entry says

extension Field {
  /// What the field's values are.
  public enum Kind: Sendable {
    case number, flag, address
    /// A word of our own, or the number of what has none.
    case word
    /// A name that others chose.
    case name
    case list
  }

  /// Whose the field is.
  public enum Subject: Sendable {
    case socket
    /// The owner with the lowest pid: JSON has it in `owners`.
    case firstOwner
    case snapshot
  }

  /// Reads a field's value from a row. It captures nothing, so that to call it counts nothing; the
  /// place is that of a member of `tcp_info` or of the memory.
  public typealias Reader = @Sendable (Row, MemberPlace) -> Value

  struct Definition: Sendable {
    let name: StaticString
    let aliases: [String]
    let kind: Kind
    let unit: Unit
    let subject: Subject
    let section: Sections
    let needs: Projection
    let title: StaticString?
    let isOrdered: Bool
    let example: StaticString?
    let words: [ShortText]
    let help: StaticString
    let member: MemberPlace
    let reader: Reader

    init(
      _ name: StaticString, _ kind: Kind, _ aliases: [String] = [], unit: Unit = .none,
      of subject: Subject = .socket, section: Sections = [], needs: Projection = [],
      title: StaticString? = nil, isOrdered: Bool? = nil, example: StaticString? = nil,
      words: [ShortText] = [], member: MemberPlace = .none, help: StaticString,
      reader: @escaping Reader
    ) {
      self.name = name
      self.aliases = aliases
      self.kind = kind
      self.unit = unit
      self.subject = subject
      self.section = section
      self.needs = needs
      self.title = title
      self.isOrdered = isOrdered ?? (kind == .number)
      self.example = example
      self.words = words
      self.help = help
      self.member = member
      self.reader = reader
    }

    /// Short forms of members, where other tools have such.
    private static let shortForms: [TCPInfoMember: String] = [
      .snd_cwnd: "cwnd", .snd_ssthresh: "ssthresh", .snd_mss: "mss",
      .total_retrans: "retrans_total",
    ]

    init(_ member: TCPInfoMember) {
      let entry = member.entry
      self.init(
        entry.name, .number, Self.shortForms[member].map { [$0] } ?? [], unit: entry.unit,
        section: .tcpInfo, needs: .tcpInfo, member: member.place, help: entry.help
      ) { row, place in Value(row.snapshot.details.info(place, of: row.index)) }
    }

    init(_ member: MemoryMember) {
      let entry = member.entry
      self.init(
        entry.name, .number, unit: entry.unit, section: .memory, needs: .memory,
        member: member.place, help: entry.help
      ) { row, place in Value(row.snapshot.details.memory(place, of: row.index)) }
    }
  }

  /// The catalogue: each entry is made once.
  private static let definitions = Dictionary(
    all.map { ($0, $0.definition) }, uniquingKeysWith: { first, _ in first })

  private var entry: Definition { Self.definitions[self] ?? definition }
}

extension Field {
  /// The one name, as in JSON.
  public var name: String { "\(entry.name)" }

  /// Short forms and other tools' words for the field.
  public var aliases: [String] { entry.aliases }

  public var kind: Kind { entry.kind }
  public var unit: Unit { entry.unit }
  public var subject: Subject { entry.subject }

  /// The section that the field is part of; none for the basics.
  public var section: Sections { entry.section }

  /// The JSON object that the field is part of; nil for those of the socket itself.
  public var group: String? {
    if case .tcpInfo = self { return "tcp_info" }
    if case .memory = self { return "memory" }
    return nil
  }

  /// The attribute that the field is a member of; nil for those of the socket itself.
  public var attribute: SocketAttribute? {
    if case .tcpInfo = self { return .tcpInfo }
    if case .memory = self { return .memory }
    return nil
  }

  /// What a Query must ask for so that the field is there.
  public var needs: Projection { entry.needs }

  /// The kinds of sockets that alone have it; nil for what TCP and UDP have as well.
  public var kinds: SocketKindSet? {
    if section == .unix { return .unix }
    if section != .special { return nil }
    return self == .netlinkPort ? .netlink : .withSubprotocols
  }

  /// Whether `<` and `>` mean something.
  public var isOrdered: Bool { entry.isOrdered }

  /// What the field holds, with its unit, in one sentence.
  public var help: String { "\(entry.help)" }

  /// A comparison to type after the name: `=udp`; nil where any number will do.
  public var example: String? { entry.example.map { "\($0)" } }

  /// The words that a field of words may hold.
  public var words: [ShortText] { entry.words }

  /// The words above its column. A member of the kernel's keeps the kernel's name, with its unit.
  public var title: String {
    if let title = entry.title { return "\(title)" }
    return group == nil
      ? name.prefix(1).uppercased() + name.dropFirst()
      : name + (unit.suffix.map { "(\($0))" } ?? "")
  }

  public var reader: Reader { entry.reader }

  /// What the reader must be given.
  public var member: MemberPlace { entry.member }

  public func value(of row: Row) -> Value { entry.reader(row, entry.member) }

  /// The field of a name or alias, in any case, `-` taken for `_`.
  public init?(_ name: String) {
    guard let field = Self.byName[Self.normalized(name)] else { return nil }
    self = field
  }

  private static func normalized(_ name: String) -> String {
    String(name.lowercased().map { $0 == "-" ? "_" : $0 })
  }

  private static let byName: [String: Field] = {
    var fields: [String: Field] = [:]
    for field in all {
      for name in [field.name] + field.aliases { fields[name] = field }
    }
    return fields
  }()
}
