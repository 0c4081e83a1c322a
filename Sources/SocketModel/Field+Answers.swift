/// Fields that are worked out from others: times of a connection, and what is the matter with it.
extension Field.Definition {
  static var direction: Self {
    Self(
      "direction", .word, section: .ends, needs: [.directions, .peers], example: "=in",
      words: [Direction.listen, Direction.incoming, Direction.outgoing],
      help:
        "listen; in where a listener takes what comes to its local end, out where that is so of the other."
    ) { row, _ in Value(row.direction) }
  }

  static var peerLocal: Self {
    Self(
      "peer_local", .flag, section: .ends, needs: .peers, title: "Peer Local", example: "=true",
      help: "true where the other end is on this host: by its row, or by its address."
    ) { row, _ in row.isPeerLocal ? .flag(true) : .absent }
  }

  static var idle: Self {
    Self(
      "idle", .number, unit: .milliseconds, section: .idle, needs: .tcpInfo, title: "Idle(ms)",
      help: "Milliseconds since data was last sent or received, or since the connection was made."
    ) { row, _ in Value(row.idle) }
  }

  static var age: Self {
    Self(
      "age", .number, unit: .milliseconds, section: .age, needs: [.owners, .processNames, .ages],
      title: "Age(ms)",
      help:
        "Milliseconds since a listener was made, at most: since its process started; in watch since a row was first seen, at least."
    ) { row, _ in (row.seenAge ?? row.listenerAge).map { .number($0) } ?? row.noAge }
  }

  static var ageIs: Self {
    Self(
      "age_is", .word, section: .age, needs: [.owners, .processNames, .ages],
      title: "Age Is", example: "=at_most", words: [atMost, atLeast],
      help: "at_most where the socket may be younger than age says, at_least where it may be older."
    ) { row, _ in
      if row.seenAge != nil { return .word(atLeast) }
      return row.listenerAge == nil ? row.noAge : .word(atMost)
    }
  }

  private static let atMost: ShortText = "at_most"
  private static let atLeast: ShortText = "at_least"

  static var verdict: Self {
    Self(
      "verdict", .name, section: .verdict, needs: [.verdicts, .tcpInfo, .memory, .cookies],
      example: "=loss",
      help: "What keeps a TCP connection from moving, by two samples: see VERDICTS in the manual."
    ) { row, _ in
      switch row.verdict {
      case .some(let verdict): .name(.verdict(verdict))
      case nil: row.mayHaveVerdict ? .unknown : .absent
      }
    }
  }
}

extension Row {
  /// Of a connection; before it is made the kernel's clocks stand at its start.
  var idle: UInt64? {
    guard socket.kind == .tcp, socket.state != .synSent, socket.state != .synReceived,
      let sent = number(.last_data_sent), let received = number(.last_data_recv)
    else { return nil }
    return min(sent, received)
  }

  /// Of a listener: how long its process has been there. In steps of a clock tick (USER_HZ).
  var listenerAge: UInt64? {
    guard socket.isListener, snapshot.ownersSince != .max, let process = firstProcess,
      let start = snapshot.names.process(process)?.startTime, start > 0
    else { return nil }
    return snapshot.ownersSince > start ? (snapshot.ownersSince - start) &* 10 : 0
  }

  /// Of any row where somebody watches: since it was first seen.
  var seenAge: UInt64? { index < snapshot.ages.count ? snapshot.ages[index] : nil }

  /// In place of an age.
  var noAge: Value {
    let isOpen = ownerStatus == .notAsked || ownerStatus.mayHaveOthers
    return socket.isListener && isOpen ? .unknown : .absent
  }

  /// Nil where nobody asked for it, and for what is no connection.
  public var verdict: Verdict? { snapshot.verdicts.isEmpty ? nil : snapshot.verdicts[index] }

  /// Whether nobody judged a connection that there is.
  var mayHaveVerdict: Bool {
    socket.kind == .tcp && socket.isConnected
      && (snapshot.verdicts.isEmpty || snapshot.unknown.contains(.tcpInfo))
      && socket.state != .timeWait && socket.state != .synReceived
  }
}
