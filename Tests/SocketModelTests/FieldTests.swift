import SocketModel
import Testing

/// The catalogue of fields.
@Suite struct FieldTests {
  @Test func everyNameAndAliasMeansOneField() {
    var seen: [String: Field] = [:]
    for field in Field.all {
      for name in [field.name] + field.aliases {
        #expect(seen.updateValue(field, forKey: name) == nil, "\(name) twice")
        #expect(Field(name) == field)
      }
    }
    #expect(Set(Field.all).count == Field.all.count)
  }

  @Test func aMemberGoesByTheKernelsName() {
    for member in TCPInfoMember.allCases {
      #expect("\(member.name)" == "\(member)")
      #expect(Field.tcpInfo(member).name == "\(member)")
    }
    for member in MemoryMember.allCases {
      #expect("\(member.name)" == "\(member)")
      #expect(Field.memory(member).name == "\(member)")
    }
  }

  @Test func dashesAndCaseDoNotMatter() {
    #expect(Field("Remote-Address") == .remoteAddress)
    #expect(Field("RPORT") == .remotePort)
    #expect(Field("nonsense") == nil)
  }

  @Test func anEntrySaysWhatADocumentNeeds() {
    for field in Field.all {
      #expect(field.help.hasSuffix("."), "\(field.name)")
      #expect(!field.title.isEmpty && !field.title.contains("_") || field.group != nil)
      #expect(field.kind != .word || !field.words.isEmpty, "\(field.name) has no words")
      #expect(field.unit == .none || field.kind == .number, "\(field.name)")
    }
    #expect(Field.receiveQueue.title == "Recv-Q")
    #expect(Field.inode.title == "Inode")
    #expect(Field.tcpInfo(.rtt).title == "rtt(us)")
    #expect(Field.tcpInfo(.delivery_rate).title == "delivery_rate(B/s)")
    #expect(Field.tcpInfo(.snd_mss).title == "snd_mss")
  }

  @Test func orderMeansSomethingForNumbersAlone() {
    for field in Field.all where field != .mark && field != .fds {
      #expect(field.isOrdered == (field.kind == .number), "\(field.name)")
    }
    #expect(!Field.mark.isOrdered && Field.fds.isOrdered)
  }

  @Test func wordsAreThoseThatRowsHold() {
    #expect(
      Field.proto.words == [
        "tcp", "udp", "u_str", "u_dgr", "u_seq", "mptcp", "udplite", "raw", "ping", "p_raw",
        "p_dgr",
        "nl",
      ])
    #expect(Field.family.words == ["ipv4", "ipv6", "unix", "link", "netlink"])
    #expect(
      Field.ownerStatus.words == [
        "known", "partial", "queued", "unheld", "kernel", "none", "hidden",
      ])
    #expect(Field.timer.words == ["off", "on", "keepalive", "timewait", "persist", "delayed_ack"])
    #expect(Field.state.words.count == TCPState.named.count + 1)
    #expect(Field.state.words.contains("UNCONNECTED"))
  }

  @Test func theSectionsHoldEachOfTheirFieldsOnce() {
    #expect(Sections.internals.fields.contains(.tcpInfo(.rtt)))
    #expect(
      Sections.extended.fields == [
        .cookie, .v6only, .cgroup, .unit, .container, .forwardsTo, .mark, .tos, .trafficClass,
        .shutdown,
      ])
    #expect(Sections.timer.needs == [])
    #expect(Sections.memory.needs == .memory)
    #expect(Sections([]).fields.isEmpty)
  }
}
