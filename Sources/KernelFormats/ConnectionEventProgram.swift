public import SocketModel

/// What the programs of `sockeye trace` keep and where they write, by the descriptors of their maps.
public struct ConnectionEventMaps: Hashable, Sendable {
  /// A ring of `BPFConnectionRecord`s.
  public var ring: Int32
  /// What is known of each connection, by its socket's address: the first part of a record. A cookie is
  /// none yet where a listener's socket is copied.
  public var connections: Int32
  /// One number: how many records the ring had no room for.
  public var lost: Int32
  /// The processes that are followed, by pid; nil where none is.
  public var followed: Int32?

  public init(ring: Int32, connections: Int32, lost: Int32, followed: Int32? = nil) {
    self.ring = ring
    self.connections = connections
    self.lost = lost
    self.followed = followed
  }
}

extension BPFProgram {
  /// The program that the kernel runs for each change of a socket's state (the tracepoint
  /// `inet_sock_set_state`). It notes who opens and closes a connection, as far as the change runs in a
  /// process that is certainly the owner's, and writes one record at its end.
  ///
  /// Certain are: to SYN_SENT and LISTEN, to FIN_WAIT_1 and LAST_ACK, and the end of what had neither an
  /// error nor a FIN of its own. All else runs wherever a packet is handled (net/ipv4/tcp.c).
  public static func connectionEvents(
    _ choice: ConnectionEventChoice, _ maps: ConnectionEventMaps, _ layout: ConnectionEventLayout
  ) -> BPFProgram {
    typealias State = ConnectionEventProgram
    let program = ConnectionEventProgram(maps: maps, layout: layout)
    var lines: [Statement] = [
      .instruction(.load(.doubleword, .r6, from: .r1, 0)),
      .instruction(.load(.word, .r7, from: .r1, 8)),
      .instruction(.load(.word, .r8, from: .r1, 16)),
      // IPPROTO_TCP: not MPTCP, SCTP and DCCP, which change states as well.
      .instruction(.load(layout.protocol, .r2, from: .r6)),
      .jump(if: .r2, .notEqual, 6, to: "done"),
    ]
    lines += program.namespaceTest(choice.namespaces)
    lines += [
      .instruction(.store(.word, .r7, at: .r10, State.old)),
      .instruction(.store(.word, .r8, at: .r10, State.new)),
      .instruction(.move(.r1, 0)),
      .instruction(.store(.word, .r1, at: .r10, State.kind)),
      .instruction(.store(.word, .r1, at: .r10, State.zero)),
      .instruction(.store(.doubleword, .r6, at: .r10, State.key)),
      // What leaves LISTEN is the listener itself, or a connection that was copied from it.
      .jump(if: .r7, .notEqual, State.listening, to: "no listener"),
      .jump(if: .r8, .notEqual, State.synReceived, to: "forget"),
      .label("no listener"),
      .jump(if: .r7, .notEqual, State.closed, to: "lookup"),
      .jump(if: .r8, .equal, State.closed, to: "done"),
      .label("lookup"),
    ]
    lines += program.findOrMake()
    lines += [
      .jump(if: .r8, .equal, State.synSent, to: "connecting"),
      .jump(if: .r8, .equal, State.synReceived, to: "accepting"),
      .jump(if: .r8, .equal, State.established, to: "established"),
      .jump(if: .r8, .equal, State.finWait1, to: "closing"),
      .jump(if: .r8, .equal, State.lastAck, to: "closing"),
      .jump(if: .r8, .equal, State.closeWait, to: "closed there"),
      .jump(if: .r8, .equal, State.closed, to: "ended"),
      .jump(if: .r8, .equal, State.listening, to: "listening"),
      .continue(at: "done"),

      .label("connecting"),
    ]
    lines += program.begin()
    lines += program.noteFlag(BPFConnectionRecord.connected)
    lines += program.noteProcess(at: BPFConnectionRecord.opener, "opener")
    lines += [
      .continue(at: "done"),

      // Both ends may have sent a SYN: then it was opened from here.
      .label("accepting"),
      .instruction(.load(.word, .r1, from: .r10, State.old)),
      .jump(if: .r1, .notEqual, State.listening, to: "done"),
    ]
    lines += program.begin()
    lines += program.noteFlag(BPFConnectionRecord.accepted)
    lines += [
      .continue(at: "done"),

      .label("listening"),
    ]
    lines += program.begin()
    lines += program.noteProcess(at: BPFConnectionRecord.opener, "listener")
    lines += [
      .instruction(.move(.r1, Int32(ConnectionEvent.Kind.listening.rawValue))),
      .instruction(.store(.word, .r1, at: .r10, State.kind)),
      .continue(at: "write"),

      .label("established"),
      .instruction(.call(.monotonicTime)),
      .instruction(.store(.doubleword, .r0, at: .r7, BPFConnectionRecord.established)),
      .instruction(.move(.r1, Int32(ConnectionEvent.Kind.opened.rawValue))),
      .instruction(.store(.word, .r1, at: .r10, State.kind)),
      .continue(at: choice.tellsOpenings ? "test" : "done"),

      .label("closing"),
    ]
    lines += program.noteProcess(at: BPFConnectionRecord.closer, "closer")
    lines += program.noteFirst(BPFConnectionRecord.closedHere, "closed here")
    lines += [
      .continue(at: "done"),

      .label("closed there"),
    ]
    lines += program.noteFirst(BPFConnectionRecord.closedThere, "closed there first")
    lines += [
      .continue(at: "done"),

      .label("ended"),
      .instruction(.move(.r1, Int32(ConnectionEvent.Kind.ended.rawValue))),
      .instruction(.store(.word, .r1, at: .r10, State.kind)),
      .instruction(.load(layout.error, .r1, from: .r6)),
      .jump(if: .r1, .notEqual, 0, to: "test"),
      .instruction(.load(.word, .r1, from: .r10, State.old)),
      .jump(if: .r1, .equal, State.established, to: "given up"),
      .jump(if: .r1, .equal, State.synSent, to: "given up"),
      .jump(if: .r1, .equal, State.closeWait, to: "given up"),
      .continue(at: "test"),
      .label("given up"),
    ]
    lines += program.noteProcess(at: BPFConnectionRecord.closer, "ender")
    lines += program.noteFlag(BPFConnectionRecord.givenUp)
    lines.append(.label("test"))
    lines += program.portTest(choice.ports)
    lines.append(.label("write"))
    lines += program.write()
    lines += [
      .label("finish"),
      .instruction(.load(.word, .r1, from: .r10, State.kind)),
      .jump(
        if: .r1, .notEqual, Int32(ConnectionEvent.Kind.ended.rawValue), to: "done"),
      .label("forget"),
    ]
    lines += program.call(.mapDelete, maps.connections)
    lines += [.label("done"), .instruction(.move(.r0, 0)), .instruction(.exit)]
    return BPFProgram(lines)
  }

  /// The program that the kernel runs after each accept(2) that gave a connection, where it allows that:
  /// it notes who has it (net/ipv4/inet_connection_sock.c).
  public static func acceptedConnections(
    _ maps: ConnectionEventMaps, _ layout: ConnectionEventLayout
  ) -> BPFProgram {
    typealias State = ConnectionEventProgram
    let program = ConnectionEventProgram(maps: maps, layout: layout)
    var lines: [Statement] = [
      .instruction(
        .load(.doubleword, .r6, from: .r1, Int16(clamping: 8 * layout.acceptParameters))),
      .jump(if: .r6, .equal, 0, to: "done"),
      .instruction(.load(layout.protocol, .r2, from: .r6)),
      .jump(if: .r2, .notEqual, 6, to: "done"),
      .instruction(.store(.doubleword, .r6, at: .r10, State.key)),
    ]
    lines += program.call(.mapLookup, maps.connections)
    lines += [.jump(if: .r0, .equal, 0, to: "done"), .instruction(.move(.r7, .r0))]
    lines += program.noteProcess(at: BPFConnectionRecord.accepter, "accepter", hasSocket: false)
    lines += [.label("done"), .instruction(.move(.r0, 0)), .instruction(.exit)]
    return BPFProgram(lines)
  }

  /// The program that the kernel runs for each new process or thread (the tracepoint
  /// `sched_process_fork`): what a followed process starts is followed. A pid that goes to somebody else's
  /// process is not.
  public static func followedProcesses(
    _ followed: Int32, _ layout: ConnectionEventLayout
  ) -> BPFProgram {
    let map = BPFInstruction.loadMap(.r1, followed).map(Statement.instruction)
    let key: [Statement] = [.instruction(.move(.r2, .r10)), .instruction(.add(.r2, -8))]
    var lines: [Statement] = [
      .instruction(.load(.doubleword, .r6, from: .r1, 0)),
      .instruction(.load(.doubleword, .r7, from: .r1, 8)),
      .instruction(.load(layout.taskGroup, .r1, from: .r6)),
      .instruction(.store(.word, .r1, at: .r10, -8)),
      .instruction(.load(layout.taskGroup, .r8, from: .r7)),
      .instruction(.load(layout.task, .r9, from: .r7)),
    ]
    lines += map + key
    lines += [
      .instruction(.call(.mapLookup)),
      .instruction(.store(.word, .r8, at: .r10, -8)),
      .jump(if: .r0, .equal, 0, to: "not followed"),
      .instruction(.move(.r1, 1)),
      .instruction(.store(.word, .r1, at: .r10, -16)),
    ]
    lines += map + key
    lines += [
      .instruction(.move(.r3, .r10)),
      .instruction(.add(.r3, -16)),
      .instruction(.move(.r4, 0)),
      .instruction(.call(.mapUpdate)),
      .continue(at: "done"),
      .label("not followed"),
    ]
    lines += map + key
    lines += [
      .instruction(.call(.mapDelete)),
      .label("done"),
      .instruction(.move(.r0, 0)),
      .instruction(.exit),
    ]
    return BPFProgram(lines)
  }
}

/// The parts of the program. r6 is the socket, r7 what is known of its connection, r8 the new state.
struct ConnectionEventProgram {
  typealias Statement = BPFProgram.Statement

  let maps: ConnectionEventMaps
  let layout: ConnectionEventLayout

  // Places on the stack.
  static let key: Int16 = -8
  static let old: Int16 = -16
  static let new: Int16 = -12
  static let kind: Int16 = -20
  /// The key of the one element of the lost events' map.
  static let zero: Int16 = -24
  private static let empty = zero - BPFConnectionRecord.known

  static let established = Int32(TCPState.established.rawValue)
  static let synSent = Int32(TCPState.synSent.rawValue)
  static let synReceived = Int32(TCPState.synReceived.rawValue)
  static let finWait1 = Int32(TCPState.finWait1.rawValue)
  static let closed = Int32(TCPState.closed.rawValue)
  static let closeWait = Int32(TCPState.closeWait.rawValue)
  static let lastAck = Int32(TCPState.lastAck.rawValue)
  static let listening = Int32(TCPState.listening.rawValue)

  /// A helper that takes a map and the socket's address.
  func call(_ helper: BPFInstruction.Helper, _ map: Int32) -> [Statement] {
    BPFInstruction.loadMap(.r1, map).map(Statement.instruction) + [
      .instruction(.move(.r2, .r10)),
      .instruction(.add(.r2, Int32(Self.key))),
      .instruction(.call(helper)),
    ]
  }

  func namespaceTest(_ namespaces: [UInt32]) -> [Statement] {
    if namespaces.isEmpty { return [] }
    return [
      .instruction(.load(layout.namespace, .r2, from: .r6)),
      .instruction(.load(layout.namespaceNumber, .r2, from: .r2)),
      // A jump's value has a sign.
      .instruction(.shiftLeft(.r2, 32)),
      .instruction(.shiftSignedRight(.r2, 32)),
    ]
      + namespaces.map { .jump(if: .r2, .equal, Int32(bitPattern: $0), to: "namespace") } + [
        .continue(at: "done"), .label("namespace"),
      ]
  }

  /// r7 becomes what is known of the connection; nothing yet where it is new.
  func findOrMake() -> [Statement] {
    var lines = call(.mapLookup, maps.connections)
    lines += [.jump(if: .r0, .notEqual, 0, to: "known"), .instruction(.move(.r1, 0))]
    for place in stride(from: Self.empty, to: Self.zero, by: 8) {
      lines.append(.instruction(.store(.doubleword, .r1, at: .r10, place)))
    }
    lines += BPFInstruction.loadMap(.r1, maps.connections).map(Statement.instruction)
    lines += [
      .instruction(.move(.r2, .r10)),
      .instruction(.add(.r2, Int32(Self.key))),
      .instruction(.move(.r3, .r10)),
      .instruction(.add(.r3, Int32(Self.empty))),
      .instruction(.move(.r4, 0)),
      .instruction(.call(.mapUpdate)),
    ]
    lines += call(.mapLookup, maps.connections)
    return lines + [
      .jump(if: .r0, .equal, 0, to: "done"), .label("known"), .instruction(.move(.r7, .r0)),
    ]
  }

  /// Nothing is known of it but that it begins: another socket may have been at the same address.
  func begin() -> [Statement] {
    let places = stride(from: Int16(0), to: BPFConnectionRecord.known, by: 8)
    return [.instruction(.move(.r1, 0))]
      + places.map { .instruction(.store(.doubleword, .r1, at: .r7, $0)) } + [
        .instruction(.call(.monotonicTime)),
        .instruction(.store(.doubleword, .r0, at: .r7, BPFConnectionRecord.opened)),
      ]
  }

  func noteFlag(_ flag: Int32) -> [Statement] {
    [
      .instruction(.load(.word, .r1, from: .r7, BPFConnectionRecord.flags)),
      .instruction(.or(.r1, flag)),
      .instruction(.store(.word, .r1, at: .r7, BPFConnectionRecord.flags)),
    ]
  }

  /// Of the two flags the first that comes.
  func noteFirst(_ flag: Int32, _ name: String) -> [Statement] {
    let either = BPFConnectionRecord.closedHere | BPFConnectionRecord.closedThere
    return [
      .instruction(.load(.word, .r1, from: .r7, BPFConnectionRecord.flags)),
      .instruction(.and(.r1, either)),
      .jump(if: .r1, .notEqual, 0, to: name),
    ] + noteFlag(flag) + [.label(name)]
  }

  /// Pid and name of the running process, and the inode by which it has the socket. A kernel thread
  /// may close a socket for its owner.
  func noteProcess(
    at place: BPFConnectionRecord.ProcessPlace, _ name: String, hasSocket: Bool = true
  ) -> [Statement] {
    var lines: [Statement] = [
      .instruction(.call(.currentTask)),
      .instruction(.load(layout.taskFlags, .r1, from: .r0)),
      // PF_KTHREAD
      .instruction(.and(.r1, 0x20_0000)),
      .jump(if: .r1, .notEqual, 0, to: name),
      .instruction(.call(.currentProcess)),
      .instruction(.shiftRight(.r0, 32)),
      .instruction(.store(.word, .r0, at: .r7, place.pid)),
      .instruction(.move(.r1, .r7)),
      .instruction(.add(.r1, Int32(place.name))),
      .instruction(.move(.r2, 16)),
      .instruction(.call(.currentName)),
    ]
    if let followed = maps.followed {
      lines += BPFInstruction.loadMap(.r1, followed).map(Statement.instruction)
      lines += [
        .instruction(.move(.r2, .r7)),
        .instruction(.add(.r2, Int32(place.pid))),
        .instruction(.call(.mapLookup)),
        .jump(if: .r0, .equal, 0, to: name + " is not followed"),
      ]
      lines += noteFlag(BPFConnectionRecord.followed)
      lines.append(.label(name + " is not followed"))
    }
    if hasSocket {
      lines += [
        .instruction(.load(layout.socket, .r1, from: .r6)),
        .instruction(.load(layout.socketFile, .r1, from: .r1)),
        .instruction(.load(layout.fileInode, .r1, from: .r1)),
        .instruction(.load(layout.inodeNumber, .r1, from: .r1)),
        .jump(if: .r1, .equal, 0, to: name),
        .instruction(.store(.doubleword, .r1, at: .r7, BPFConnectionRecord.inode)),
      ]
    }
    return lines + [.label(name)]
  }
}
