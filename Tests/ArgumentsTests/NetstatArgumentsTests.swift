import Display
import SocketModel
import Testing

@testable import Arguments

@Suite("netstat's command line")
struct NetstatArgumentsTests {
  private static let every: SocketKindSet = [.all, .udpLite, SocketKindSet(SocketKind.raw)]

  @Test(
    "which rows are asked for",
    arguments: [
      ("-tan", .tcp, .all, .all, 0),
      ("-tulpn", .all, .all, .servers, 0),
      ("-u", .udp, .all, .connections, 0),
      ("-x", .unix, .all, .connections, 0),
      ("-t4", .tcp, .ipv4, .connections, 0),
      ("-t46l", .tcp, .all, .servers, 0),
      ("-tx", [.tcp, .unix], .all, .connections, 0),
      ("-la", every.union(.unix), .all, .all, 5),
      ("", every.union(.unix), .all, .connections, 5),
      ("-4", every, .ipv4, .connections, 1),
      ("-w", SocketKindSet(SocketKind.raw), .all, .connections, 0),
      ("-U", .udpLite, .all, .connections, 0),
      ("--tcp --listening --numeric --programs", .tcp, .all, .servers, 0),
      ("--inet -an", every, .ipv4, .all, 1),
    ] as [(String, SocketKindSet, FamilySet, NetstatForm.Rows, Int)])
  func rows(
    line: String, kinds: SocketKindSet, families: FamilySet, rows: NetstatForm.Rows, others: Int
  ) throws {
    let arguments = try NetstatArguments(split(line))
    #expect(arguments.query.kinds == kinds && arguments.query.families == families)
    #expect(arguments.form.rows == rows)
    #expect(arguments.otherProtocols.count == others)
  }

  @Test("what is shown of them")
  func form() throws {
    let form = try NetstatArguments(split("-anpeoW")).form
    #expect(form.showsProcesses && form.showsUsers && form.showsTimers && form.hasUnix)
    #expect(!form.hasHostNames && !form.hasServices && !form.hasUserNames)
    let named = try NetstatArguments(split("-t --numeric-ports")).form
    #expect(named.hasHostNames && !named.hasServices && named.hasUserNames && !named.hasUnix)
    #expect(try NetstatArguments(["-tc"]).isContinuous)
    #expect(try !NetstatArguments(["-x"]).form.hasInternet)
  }

  @Test(
    "what is the real tool's",
    arguments: [
      "-r", "-i", "-g", "-M", "-s", "-st", "-nr", "-Z", "-S", "-v", "-V", "-h", "-N", "-C",
      "-F", "-A inet", "-t 5", "x", "--statistics", "--tc", "-tP", "-tH", "--ip", "-2",
    ])
  func handedOver(line: String) {
    #expect(throws: NotAnswered.self) { try NetstatArguments(split(line)) }
  }
}
