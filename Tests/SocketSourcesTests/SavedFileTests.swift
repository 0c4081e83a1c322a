import SocketModel
import TestSupport
import Testing

@testable import SocketSources

@Suite struct SavedFileTests {
  private static func row(_ id: Int, _ event: String, port: Int, state: String = "LISTENING")
    -> String
  {
    """
    {"schema":1,"host":"h","time":"2026-02-28T03:00:00.000Z","incomplete":false,"event":"\(event)",\
    "id":\(id),"first_seen":"2026-02-28T02:59:00.000Z","protocol":"tcp","family":"ipv4",\
    "local_address":"127.0.0.1","local_port":\(port),"remote_address":"0.0.0.0","remote_port":0,\
    "state":"\(state)","recv_q":0,"send_q":5,"uid":33,"user":"www-data","inode":\(100 + id),\
    "owner_status":"known","owners":[{"pid":812,"name":"ng\\\\\\\\inx\\\\xff","fds":[3,4]}],\
    "cookie":\(id)}

    """
  }

  private static func mark(_ kind: String, _ time: String, _ more: String = "") -> String {
    "{\"schema\":1,\"record\":\"\(kind)\",\"time\":\"2026-02-28T\(time).000Z\"\(more)}\n"
  }

  private static let recording =
    mark("start", "03:00:00", ",\"host\":\"h\",\"query\":\"tcp -l\",\"sees_all\":true")
    + row(1, "opened", port: 80) + row(2, "opened", port: 81)
    + mark("sample", "03:00:00", ",\"rows\":2,\"whole\":true,\"incomplete\":false")
    + row(3, "opened", port: 82) + row(1, "closed", port: 80)
    + row(2, "changed", port: 81, state: "CLOSED")
    + mark("sample", "03:01:00", ",\"rows\":2,\"whole\":false,\"incomplete\":false")
    + mark("brief", "03:01:00", ",\"connections\":4")
    + row(2, "present", port: 81) + row(4, "opened", port: 83) + row(3, "closed", port: 82)
    + mark("sample", "03:02:00", ",\"rows\":2,\"whole\":true,\"incomplete\":false")

  private func ports(_ file: SavedFile, _ index: Int, since: Int? = nil) -> [UInt16] {
    let snapshot = file.snapshot(index, since: since)
    return (0..<snapshot.count).map { snapshot[$0].socket.local.port }.sorted()
  }

  @Test func aRecordingHoldsItsTables() throws {
    let file = try SavedFile(Array(Self.recording.utf8))
    #expect(file.isRecording && !file.isCut && file.samples.count == 3)
    #expect(file.question == SavedQuestion(text: "tcp -l", seesAll: true))
    #expect(ports(file, 0) == [80, 81] && ports(file, 1) == [81, 82])
    #expect(ports(file, 2) == [81, 83])
    #expect(ports(file, 2, since: 0) == [80, 81, 82, 83])
    let state = file.snapshot(1)[0].socket.state
    #expect(state == .closed)
    let time = try #require(Timestamp(rfc3339: "2026-02-28T03:00:50Z"))
    #expect(file.nearest(to: time) == 1)
  }

  @Test func namesAndOwnersComeBack() throws {
    let snapshot = try SavedFile(Array(Self.recording.utf8)).snapshot(0)
    let row = snapshot[0]
    #expect(row.ownerStatus == .known)
    #expect(row.owners == [Owner(pid: 812, descriptors: [3, 4])])
    #expect(snapshot.names.processes[812]?.name == Array("ng\\inx".utf8) + [0xff])
    #expect(snapshot.names.users[33] == "www-data")
    #expect(row.socket.cookie == 1 && row.socket.sendQueue == 5 && snapshot.host == "h")
    // Seen a minute before this table.
    if case .number(let age) = Field.age.value(of: row) {
      #expect(age == 60_000)
    } else {
      Issue.record("no age")
    }
  }

  /// Every text is escaped where it is written, also those that only a hostile kernel or file would have.
  @Test(arguments: [("congestion", Field.congestion), ("ulp", .ulp)])
  func namesOfTheKernelComeBack(key: String, field: Field) throws {
    let line = Self.row(1, "opened", port: 80).replacing("\"event\":\"opened\",", with: "")
      .replacing("\"cookie\":1}", with: "\"\(key)\":\"a\\\\\\\\x41\\\\xffb\"}")
    let snapshot = try SavedFile(Array(line.utf8)).snapshot(0)
    guard case .text(let text) = field.value(of: snapshot[0]) else {
      Issue.record("no \(key)")
      return
    }
    #expect(Array(text.bytes) == Array("a\\x41".utf8) + [0xff] + Array("b".utf8))
  }

  /// Wherever a recording is cut, the tables that are complete are those of the whole one.
  @Test func aRecordingMayBeCutAnywhere() throws {
    let bytes = Array(Self.recording.utf8)
    let whole = try SavedFile(bytes)
    let expected = (0..<3).map { ports(whole, $0) }
    var most = 0
    for end in bytes.indices {
      guard let file = try? SavedFile(Array(bytes[..<end])) else {
        #expect(most == 0)
        continue
      }
      #expect(file.samples.count >= most)
      most = file.samples.count
      for index in 0..<most { #expect(ports(file, index) == expected[index], "\(end)") }
    }
    #expect(most == 2)
  }

  /// What was killed within a line and goes on begins anew.
  @Test func aRecordingGoesOnAfterACut() throws {
    let cut = Self.recording.prefix(Self.recording.count - 300)
    let lines = cut.prefix(through: try #require(cut.lastIndex(of: "\n")))
    let file = try SavedFile(Array((lines + Self.recording).utf8))
    #expect(file.samples.count == 5)
    #expect(ports(file, 2) == [80, 81] && ports(file, 4) == [81, 83])
  }

  @Test func linesAreATableForEachTime() throws {
    func line(_ time: String, _ port: Int) -> String {
      "{\"schema\":1,\"host\":\"h\",\"time\":\"2026-02-28T\(time)Z\",\"query\":\"tcp\","
        + "\"sees_all\":false,\"incomplete\":true,\"protocol\":\"tcp\",\"family\":\"ipv4\","
        + "\"local_address\":\"10.0.0.1\",\"local_port\":\(port),\"remote_address\":\"10.0.0.2\","
        + "\"remote_port\":9,\"state\":\"ESTABLISHED\"}\n"
    }
    let text = line("03:00:00", 1) + line("03:00:00", 2) + line("04:00:00", 3) + "{\"cut"
    let file = try SavedFile(Array(text.utf8))
    #expect(file.isCut && file.samples.count == 2)
    #expect(ports(file, 0) == [1, 2] && ports(file, 1) == [3])
    #expect(file.question == SavedQuestion(text: "tcp", seesAll: false))
    #expect(file.snapshot(1).gap != nil)
    // What no line has is unknown, and not absent.
    #expect(file.snapshot(1).unknown.contains(.tcpInfo))
  }

  @Test(
    arguments: [
      ("{}", .noTable), ("{\"sockets\":3}", .noTable), ("{\"a\":1}\n{\"b\":2}\n", .noTable),
      (row(1, "opened", port: 80), .eventsAlone),
    ] as [(String, SavedFile.Failure)])
  func whatIsNoTableIsRefused(text: String, failure: SavedFile.Failure) {
    #expect(throws: failure) { try SavedFile(Array(text.utf8)) }
  }

  @Test func anyBytesAreSurvived() {
    fuzz(Array(Self.recording.utf8), mutations: 500) { bytes in
      let file = try SavedFile(bytes)
      for index in file.samples.indices { _ = file.snapshot(index, since: 0) }
    }
  }

  /// Rows without a sensible member are counted, and cost nothing else.
  @Test func badRowsAreCounted() throws {
    let text = "{\"schema\":1,\"host\":null,\"time\":null,\"sockets\":[{},{\"protocol\":\"tcp\"}]}"
    let snapshot = try SavedFile(Array(text.utf8)).snapshot(0)
    #expect(snapshot.isEmpty && snapshot.unread == 2)
  }
}
