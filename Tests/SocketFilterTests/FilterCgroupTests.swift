import SocketFilter
import SocketModel
import Testing

/// Units and containers: what a socket has, has not, and what nobody knows.
@Suite struct FilterCgroupTests {
  private static let id = String(repeating: "4f797c539e6c745d", count: 4)

  /// Of a unit, in a container, in neither, in a cgroup that is gone, in TIME_WAIT.
  private static let snapshot: Snapshot = {
    var builder = SnapshotBuilder()
    for (row, cgroup) in [1, 2, 3, 4, 0].enumerated() {
      var socket = tcp("10.0.0.5:80", "10.0.0.9:1", inode: UInt64(row + 1))
      if cgroup == 0 { socket.state = .timeWait }
      builder.table.append(socket)
      builder.table.append(cgroup: UInt64(cgroup))
    }
    builder.names.cgroups = [
      1: CgroupName("/system.slice/nginx.service"),
      2: CgroupName("/docker/\(id)") { _ in "web" }, 3: CgroupName("/"),
    ]
    return builder.frozen()
  }()

  @Test(
    arguments: [
      ("unit=nginx.service", [.yes, .no, .no, .cantTell, .no]),
      ("unit=nginx*,ssh*", [.yes, .no, .no, .cantTell, .no]),
      ("unit!=nginx.service", [.no, .yes, .yes, .cantTell, .yes]),
      ("not unit=*", [.no, .yes, .yes, .cantTell, .yes]),
      ("container=web", [.no, .yes, .no, .cantTell, .no]),
      ("not container=web", [.yes, .no, .yes, .cantTell, .yes]),
      ("container=web or unit=*.service", [.yes, .yes, .no, .cantTell, .no]),
      ("cgroup=/x*", [.no, .no, .no, .cantTell, .no]),
      ("cgroup=4*", [.no, .no, .no, .yes, .no]),
    ] as [(String, [Answer])])
  func answers(_ text: String, _ expected: [Answer]) throws {
    let filter = try Filter(parsing: text, names: SampleNames())
    #expect((0..<5).map { filter.matches(Self.snapshot[$0]) } == expected)
  }

  /// Any owner's, where there are several.
  @Test func whetherAProgramWasReplaced() throws {
    var builder = sampleBuilder()
    builder.names.processes[812]?.exeIsDeleted = true
    builder.names.processes[640]?.exeIsDeleted = false
    builder.names.processes[641]?.exeIsDeleted = true
    let snapshot = builder.frozen()
    let asked = try filter("exe_deleted=true")
    let answers = (0..<4).map { asked.matches(snapshot[$0]) }
    #expect(answers == [.yes, .yes, .cantTell, .cantTell])
    #expect(asked.needs == [.owners, .processNames, .executables])
  }
}
