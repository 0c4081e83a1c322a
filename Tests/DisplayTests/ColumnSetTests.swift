import SocketModel
import Testing

@testable import Display

@Suite struct ColumnSetTests {
  private func names(_ text: String) throws -> [String] {
    try ColumnSet(text, standard: .standard()).columns.map { $0.name }
  }

  @Test(arguments: [
    ("rtt,user", ["rtt", "user"]),
    ("+rtt,+user", ["protocol", "local", "remote", "queue", "state", "rtt", "user", "owner"]),
    ("-process", ["protocol", "local", "remote", "queue", "state"]),
    ("-process,+rtt", ["protocol", "local", "remote", "queue", "state", "rtt"]),
    ("Local-Address, CWND ,local_address", ["local_address", "snd_cwnd"]),
    ("peer,src", ["remote", "local"]), ("foreign_address,lport", ["remote_address", "local_port"]),
    ("comm,process,name", ["name", "owner"]),
    (
      "+state",
      [
        "protocol", "local", "remote",
        "queue", "state", "owner",
      ]
    ),
    // These dropped the default columns.
    ("+rtt,user", ["protocol", "local", "remote", "queue", "state", "rtt", "user", "owner"]),
    ("rtt, +user,-queue", ["protocol", "local", "remote", "state", "rtt", "user", "owner"]),
    (
      "-timer",
      [
        "protocol", "local", "remote", "queue", "state",
        "owner",
      ]
    ),
  ])
  func readsLists(text: String, columns: [String]) throws {
    #expect(try names(text) == columns)
  }

  @Test func addsFieldsThatNoColumnShows() {
    let columns = ColumnSet.standard().showing(
      [.localPort, .memory(.drops), .state, .user, .pid, .receiveQueue, .family, .memory(.drops)])
    #expect(
      columns.columns.map { $0.name } == [
        "protocol", "local", "remote", "queue", "state", "drops", "user", "owner",
      ])
    #expect(
      ColumnSet.standard(process: false).showing([.pid, .inode]).columns.last == .field(.inode))
  }

  @Test(arguments: [
    ("usr,rtt", ColumnError.unknown("usr", nearest: "user")),
    ("+proces", .unknown("proces", nearest: "process")),
    ("bananas", .unknown("bananas", nearest: nil)), ("", .empty), ("rtt,", .empty), ("+", .empty),
    ("-protocol,-local,-remote,-queue,-state,-process", .empty),
  ])
  func refusesWhatItDoesNotKnow(text: String, error: ColumnError) {
    #expect(throws: error) { try names(text) }
  }

  /// One vocabulary: every column is found by its name and by its other names.
  @Test func knowsEveryColumnByItsNames() {
    #expect(Set(Column.all.map { $0.name }).count == Column.all.count)
    for column in Column.all {
      for name in [column.name] + column.aliases { #expect(Column(name) == column, "\(name)") }
    }
    for field in Field.all where field != .process {
      #expect(Column(field.name) == .field(field))
    }
  }

  @Test func titlesAreDistinctAmongTheDefaults() {
    let sections: Sections = [.timer, .extended, .internals, .memory]
    let titles = ColumnSet.standard(sections).columns.map { $0.title }
    #expect(Set(titles).count == titles.count)
    #expect(
      titles.prefix(5) == ["Proto", "Local Address", "Foreign Address", "Queue", "State"])
    #expect(titles.last == "PID/Process")
  }

  @Test func saysWhatItNeeds() throws {
    #expect(ColumnSet.standard(process: false).needs == [])
    #expect(ColumnSet.standard().needs == [.owners, .processNames, .userNames, .cgroupIDs])
    #expect(try ColumnSet("local,rtt,cgroup", standard: .standard()).needs == [.tcpInfo, .cgroups])
    #expect(ColumnSet.standard(.internals, process: false).needs == [.tcpInfo, .congestion])
  }

  @Test func saysWhichSectionsOfJSONItShows() throws {
    let columns = try ColumnSet("local,rtt,mark,command", standard: .standard())
    #expect(columns.sections == [.tcpInfo, .mark, .commands])
    #expect(
      columns.fields.map { $0.name } == ["local_address", "local_port", "rtt", "mark", "command"])
    let twice = try ColumnSet("pid,process,local_port,local", standard: .standard())
    #expect(twice.fields == [.pid, .ownerStatus, .process, .localPort, .localAddress])
    #expect(
      Sections.extended.needs == [
        .cookies, .v6only, .cgroups, .owners, .processNames, .marks, .tos, .shutdown,
      ])
    #expect(Sections.timer.needs == [])
  }
}
