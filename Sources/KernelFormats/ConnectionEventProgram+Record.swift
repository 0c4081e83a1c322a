internal import SocketModel

extension ConnectionEventProgram {
  /// Leaves out what cannot meet the condition, whichever end it is of: the other end of one that is wanted
  /// is wanted as well. `test` falls through where it may.
  func portTest(_ ports: Pushdown) -> [Statement] {
    let ports = ports.ofPorts
    let either = ports || ports.swappingEnds
    guard either != .everything, either.conditions <= Self.mostConditions else { return [] }
    var names = 0
    let test = admit(either, else: "finish", &names)
    if test.isEmpty { return [] }
    return [
      // skc_num is 0 by now where the kernel chose the port; inet_sport never is.
      .instruction(.move(.r1, .r6)),
      .instruction(.call(.toTCPSock)),
      .jump(if: .r0, .equal, 0, to: "finish"),
      .instruction(.load(layout.sourcePort, .r2, from: .r0)),
      .instruction(.fromBigEndian16(.r2)),
      .instruction(.load(layout.remotePort, .r3, from: .r6)),
      .instruction(.fromBigEndian16(.r3)),
    ] + test
  }

  private static let mostConditions = 200

  /// Goes on where the ports in r2 (this end) and r3 may be meant.
  private func admit(
    _ ports: Pushdown, else label: String, _ names: inout Int
  ) -> [Statement] {
    switch ports {
    case .everything, .prefix: return []
    case .nothing: return [.continue(at: label)]
    case .port(let end, let range):
      let register: BPFInstruction.Register = end == .local ? .r2 : .r3
      return [
        .jump(if: register, .less, Int32(range.lowerBound), to: label),
        .jump(if: register, .greater, Int32(range.upperBound), to: label),
      ]
    case .all(let parts): return parts.flatMap { admit($0, else: label, &names) }
    case .any(let parts):
      names += 1
      let name = "ports \(names)"
      var lines: [Statement] = []
      for (index, part) in parts.enumerated() {
        lines += admit(part, else: "\(name) \(index)", &names)
        lines += [.continue(at: name), .label("\(name) \(index)")]
      }
      return lines + [.continue(at: label), .label(name)]
    }
  }

  /// Writes the record, or counts it as lost where the ring is full.
  func write() -> [Statement] {
    typealias Record = BPFConnectionRecord
    var lines: [Statement] = BPFInstruction.loadMap(.r1, maps.ring).map(Statement.instruction)
    lines += [
      .instruction(.move(.r2, Int32(Record.size))),
      .instruction(.move(.r3, 0)),
      .instruction(.call(.ringReserve)),
      .jump(if: .r0, .equal, 0, to: "lost"),
      .instruction(.move(.r9, .r0)),
    ]
    for place in stride(from: Int16(0), to: Record.known, by: 8) {
      lines += copy(.doubleword, from: .r7, place, to: place)
    }
    lines += [
      .instruction(.call(.monotonicTime)),
      .instruction(.store(.doubleword, .r0, at: .r9, Record.time)),
    ]
    lines += [
      .instruction(.move(.r1, .r6)),
      .instruction(.call(.socketCookie)),
      .instruction(.store(.doubleword, .r0, at: .r9, Record.cookie)),
    ]
    lines += copy(.word, from: .r10, Self.kind, to: Record.kind, as: .byte)
    lines += copy(.word, from: .r10, Self.old, to: Record.old, as: .byte)
    lines += copy(.word, from: .r10, Self.new, to: Record.new, as: .byte)
    lines += [
      .instruction(.load(layout.cgroup, .r1, from: .r6)),
      .instruction(.load(layout.cgroupNode, .r1, from: .r1)),
      .instruction(.load(layout.cgroupID, .r1, from: .r1)),
      .instruction(.store(.doubleword, .r1, at: .r9, Record.cgroup)),
      .instruction(.load(layout.namespace, .r1, from: .r6)),
      .instruction(.load(layout.namespaceNumber, .r1, from: .r1)),
      .instruction(.store(.word, .r1, at: .r9, Record.namespace)),
    ]
    let members: [(BTFMember, BPFInstruction.Width, Int16)] = [
      (layout.user, .word, Record.user), (layout.interface, .word, Record.interface),
      (layout.error, .word, Record.error), (layout.family, .halfword, Record.family),
      (layout.port, .halfword, Record.port), (layout.remotePort, .halfword, Record.remotePort),
      (layout.flags, .byte, Record.socketFlags), (layout.ipv4, .word, Record.ipv4),
      (layout.remoteIPv4, .word, Record.remoteIPv4),
    ]
    for (member, width, place) in members {
      lines += [
        .instruction(.load(member, .r1, from: .r6)),
        .instruction(.store(width, .r1, at: .r9, place)),
      ]
    }
    for word in stride(from: Int16(0), to: 16, by: 4) {
      lines += copy(.word, from: .r6, layout.ipv6 + word, to: Record.ipv6 + word)
      lines += copy(.word, from: .r6, layout.remoteIPv6 + word, to: Record.remoteIPv6 + word)
    }
    let counts: [(BTFMember, BPFInstruction.Width, Int16)] = [
      (layout.received, .doubleword, Record.received), (layout.sent, .doubleword, Record.sent),
      (layout.resent, .doubleword, Record.resent), (layout.roundTrip, .word, Record.roundTrip),
      (layout.retransmits, .word, Record.retransmits),
      (layout.sourcePort, .halfword, Record.sourcePort),
    ]
    lines.append(.instruction(.move(.r1, 0)))
    for (_, width, place) in counts + [(layout.user, .word, Record.rest)] {
      lines.append(.instruction(.store(width, .r1, at: .r9, place)))
    }
    lines += [
      .instruction(.move(.r1, .r6)),
      .instruction(.call(.toTCPSock)),
      .jump(if: .r0, .equal, 0, to: "submit"),
    ]
    for (member, width, place) in counts {
      lines += [
        .instruction(.load(member, .r1, from: .r0)),
        .instruction(.store(width, .r1, at: .r9, place)),
      ]
    }
    lines += [
      .label("submit"),
      // Whoever reads is woken where the ring was empty, and waits a moment before reading.
      .instruction(.move(.r1, .r9)),
      .instruction(.move(.r2, 0)),
      .instruction(.call(.ringSubmit)),
      .continue(at: "finish"),
      .label("lost"),
    ]
    lines += BPFInstruction.loadMap(.r1, maps.lost).map(Statement.instruction)
    lines += [
      .instruction(.move(.r2, .r10)),
      .instruction(.add(.r2, Int32(Self.zero))),
      .instruction(.call(.mapLookup)),
      .jump(if: .r0, .equal, 0, to: "finish"),
      .instruction(.move(.r1, 1)),
      .instruction(.addAtomically(.r1, at: .r0)),
    ]
    return lines
  }

  private func copy(
    _ width: BPFInstruction.Width, from register: BPFInstruction.Register, _ place: Int16,
    to target: Int16, as narrower: BPFInstruction.Width? = nil
  ) -> [Statement] {
    [
      .instruction(.load(width, .r1, from: register, place)),
      .instruction(.store(narrower ?? width, .r1, at: .r9, target)),
    ]
  }
}

extension Pushdown {
  /// The same condition on the other end's row.
  var swappingEnds: Pushdown {
    switch self {
    case .everything, .nothing: self
    case .port(let end, let range): .port(end == .local ? .remote : .local, range)
    case .prefix(let end, let prefix): .prefix(end == .local ? .remote : .local, prefix)
    case .all(let parts): .all(parts.map(\.swappingEnds))
    case .any(let parts): .any(parts.map(\.swappingEnds))
    }
  }

  /// How many parts it is made of.
  var conditions: Int {
    switch self {
    case .everything, .nothing, .port, .prefix: 1
    case .all(let parts), .any(let parts): parts.reduce(1) { $0 + $1.conditions }
    }
  }
}
