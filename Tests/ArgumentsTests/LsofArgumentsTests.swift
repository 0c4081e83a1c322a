import Display
import SocketModel
import Testing

@testable import Arguments

@Suite("lsof's command line")
struct LsofArgumentsTests {
  @Test(
    "places",
    arguments: [
      ("-i", ""), ("-i:80", ":80"), ("-i :80", ":80"), ("-ti:80", ":80"), ("-nPi tcp", "tcp"),
      ("-i4TCP:80-90", "4tcp:80-90"), ("-iUDP@127.0.0.1:53", "udp@127.0.0.1:53"),
      ("-i6 -n", "6"), ("-i @[::1]:443", "@[::1]:443"), ("-i :80,443", ":80,443"),
      ("-i -n", ""), ("-i +c0", ""),
    ])
  func places(line: String, place: String) throws {
    let arguments = try LsofArguments(split(line))
    let expected = place.isEmpty ? LsofPlace() : LsofPlace(place)
    #expect(arguments.places.count == 1 && arguments.places.first == expected)
  }

  @Test("what is shown")
  func shown() throws {
    let arguments = try LsofArguments(
      split("-a -nPlt -i tcp -sTCP:LISTEN,established -p 1,22 -u root,33 -c ssh -c ng"))
    #expect(arguments.printsPIDs && arguments.states == StateSet(.listening, .established))
    #expect(arguments.pids == [1, 22] && arguments.users == ["root", "33"])
    #expect(arguments.commands == ["ssh", "ng"])
    let form = arguments.form
    #expect(!form.hasHostNames && !form.hasServices && !form.hasUserNames)
    #expect(form.commandWidth == 9)
    #expect(try LsofArguments(split("-i +c 0")).form.commandWidth == nil)
    #expect(try LsofArguments(split("-i +c15")).form.commandWidth == 15)
    #expect(try LsofArguments(split("-i -F pcn")).form.fields?.letters == ["p", "c", "n"])
    #expect(try LsofArguments(split("-nFpn0 -i")).form.fields?.letters == ["p", "n", "0"])
    #expect(try LsofArguments(split("-Fpf -Fn -i")).form.fields?.letters == ["p", "f", "n"])
    #expect(try arguments.hasWarnings && !LsofArguments(split("-w -i")).hasWarnings)
  }

  @Test(
    "what is the real tool's",
    arguments: [
      "", "-n", "/etc/passwd", "-i /etc/passwd x", "-p 1", "-u root", "-c ssh", "-i -p 1",
      "-i -u root", "-a -i -p ^1", "-a -i -u ^root", "-a -i -c ^x", "-a -i -c /x/", "-U", "-i -U",
      "-i :", "-i :0", "-i :70000", "-i :90-80", "-i host", "-i @host", "-i @localhost:80",
      "-i udplite", "-i 4@[::1]", "-i @::1", "-i :http,80", "-i 5", "-i -i :80", "-s TCP:LISTEN",
      "-i -s", "-i -s UDP:Idle", "-i -s TCP:^LISTEN", "-i -s TCP:x", "-i -F", "-i -F g", "-ti -F p",
      "+D /x", "-i +D /x", "-i -r 1", "-i -K", "-V", "-h", "-i -T", "--help", "-i -d 3",
      "-a -i -p x",
      "-i +c 16", "-v", "-i -F0", "-i -F0 -Fp", "-i -Fp -F0", "-i :+80", "-i :80-+90",
      "-i -sTCP:LISTEN,LISTEN", "-i -sTCP:LISTEN -sTCP:LISTEN", "-a -i -c abcdefghijklmnop",
      "-a -i -p +1", "-i +c +5",
    ])
  func handedOver(line: String) {
    #expect(throws: NotAnswered.self) { try LsofArguments(split(line)) }
  }

  @Test("an address and a port must be of one end")
  func matching() throws {
    func end(_ text: String, _ port: UInt16) throws -> Endpoint {
      Endpoint(try #require(IPAddress(text)), port)
    }
    let plain = Socket(
      .tcp, local: try end("127.0.0.1", 80), remote: try end("10.0.0.1", 5000), state: .established)
    let mapped = Socket(
      .tcp, local: try end("::ffff:127.0.0.1", 80), remote: try end("::ffff:10.0.0.1", 5000),
      state: .established)
    let bound = Socket(
      .tcp, local: try end("::ffff:0.0.0.0", 80), remote: try end("::", 0), state: .listening)
    let dual = Socket(.tcp, local: try end("::", 80), remote: try end("::", 0), state: .listening)
    for (place, isBound, isDual) in [
      ("6tcp", false, true), ("4tcp", true, false), ("6:80", false, true), ("4:80", true, false),
      ("tcp", true, true), ("6", true, true), ("4", false, false),
    ] {
      let asked = try #require(LsofPlace(place))
      #expect(asked.contains(bound) == isBound && asked.contains(dual) == isDual, "\(place)")
    }
    for (place, isPlain, isMapped) in [
      (":80", true, true), (":5000", true, true), (":81", false, false), ("4", true, false),
      ("6", false, true), ("udp", false, false), ("tcp:80", true, true), ("4tcp", true, true),
      ("6tcp", false, false),
      ("4:80", true, true),
      ("@127.0.0.1", true, true), ("@127.0.0.1:80", true, true), ("@127.0.0.1:5000", false, false),
      ("@10.0.0.1:5000", true, true), (":79-81", true, true), (":1,5000", true, true),
    ] {
      let asked = try #require(LsofPlace(place))
      #expect(asked.contains(plain) == isPlain && asked.contains(mapped) == isMapped, "\(place)")
    }
  }
}
