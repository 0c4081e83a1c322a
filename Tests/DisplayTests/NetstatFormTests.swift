import SocketModel
import TestSupport
import Testing

@testable import Display

@Suite("The form of netstat")
struct NetstatFormTests {
  private func text(_ form: NetstatForm, _ listing: Listing) -> String {
    String(decoding: written { form.rendering(listing).write(to: $0) }, as: UTF8.self)
  }

  private func form(_ rows: NetstatForm.Rows, unix: Bool = false) -> NetstatForm {
    var form = NetstatForm()
    form.rows = rows
    (form.hasInternet, form.hasUnix) = (!unix, unix)
    return form
  }

  @Test(arguments: ["netstat", "netstat-all", "netstat-unix"])
  func writesEveryKindOfRow(name: String) throws {
    let isUnix = name == "netstat-unix"
    var form = form(.all, unix: isUnix)
    form.showsProcesses = name != "netstat"
    if name == "netstat-all" {
      (form.showsUsers, form.showsTimers) = (true, true)
      (form.hasServices, form.hasHostNames) = (false, false)
    }
    let listing = isUnix ? ToolSamples.unix : Samples.plain
    try expectGolden("display-\(name)", written { form.rendering(listing).write(to: $0) })
  }

  @Test("servers and the others are all there is")
  func rows() {
    for (listing, isUnix) in [(Samples.plain, false), (ToolSamples.unix, true)] {
      let counts = [NetstatForm.Rows.servers, .connections, .all].map {
        text(form($0, unix: isUnix), listing).split(separator: "\n").count - 2
      }
      #expect(counts[0] + counts[1] == counts[2] && counts[0] > 0 && counts[1] > 0)
      #expect(counts[2] == listing.count)
    }
  }

  @Test("both parts have their headers, also without a row")
  func headers() {
    var both = form(.connections)
    both.hasUnix = true
    for listing in [Samples.plain, ToolSamples.unix] {
      let lines = text(both, listing).split(separator: "\n")
      #expect(lines.count { $0.hasPrefix("Active ") } == 2)
      #expect(lines[0] == "Active Internet connections (w/o servers)")
    }
  }

  @Test("a number that is wider than its column stays a column, and a user's is signed")
  func wideNumbers() {
    var sample = Sample()
    sample.add(
      Socket(
        .tcp, local: Samples.v4(127, 0, 0, 1, 80), remote: Samples.v4(127, 0, 0, 1, 81),
        state: .established, receiveQueue: 12_345_678, sendQueue: 3_782_144,
        rawUID: 4_294_967_294, inode: 1))
    var form = form(.all)
    form.showsUsers = true
    let columns = text(form, sample.listing).split(separator: "\n")[2].split(separator: " ")
    #expect(columns.prefix(3) == ["tcp", "12345678", "3782144"])
    #expect(columns.dropFirst(5) == ["ESTABLISHED", "-2", "1"])
  }

  @Test("a program is its first argument without directories, in 20 columns with the pid")
  func programs() {
    var sample = Sample()
    let commands = [
      "/usr/sbin/sshd\0-D\0", "nginx: master process /usr/sbin/nginx\0", "", "a\u{1b}b\0", "/\0",
    ]
    for (index, command) in commands.enumerated() {
      let pid = Int32(100 + index)
      sample.names.processes[pid] = ProcessName(
        name: Array("x".utf8), command: command.isEmpty ? nil : Array(command.utf8))
      sample.add(
        Socket(
          .tcp, local: Samples.v4(127, 0, 0, 1, 80), remote: Samples.none4, state: .listening,
          inode: UInt64(1 + index)), owners: [pid])
    }
    var form = form(.all)
    form.showsProcesses = true
    let lines = text(form, sample.listing).split(separator: "\n").dropFirst(2)
    let programs = lines.map { line in
      String(line.split(separator: "LISTEN      ")[1]).trimmingSpaces
    }
    #expect(programs == ["100/sshd", "101/nginx: master p", "102/", "103/a\\x1bb", "104/"])
  }
}

extension String {
  fileprivate var trimmingSpaces: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
