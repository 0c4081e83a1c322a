import SocketFilter
import SocketModel
import Testing

@Suite struct FilterTextTests {
  /// What is typed and its normal form.
  @Test(
    arguments: [
      ("all", "all"), ("8080", "8080"), ("LISTENING :443", "listening and :443"),
      ("22||23&&24", "22 or 23 and 24"), ("(22 or 23) 24", "(22 or 23) and 24"),
      ("not not 22", "22"), ("!(22 23)", "not (22 and 23)"), ("lport != 22", "not lport=22"),
      ("sport ge :1024", "sport>=:1024"), ("dst 10/8", "dst=10/8"), ("((22))", "22"),
      ("state established 22 or 23", "state established and (22 or 23)"),
      ("state a-b-c or x", nil), ("STATE=time-wait", "state=time-wait"),
      (#"process="a b""#, #"process=a\ b"#), ("'post*'", #"process=post\*"#), ("post*", "post*"),
      ("\"tcp\"", "process=tcp"), ("22,nginx", "22 or nginx"), ("a,or", #"a or process=\or"#),
      (#""a,b",c"#, #"process=a\,b or c"#),
      ("22,,23", nil), (",", nil), ("not 22,23", "not (22 or 23)"),
      (#"process="and""#, #"process=\and"#),
      ("22 and (23 and (24 or (25 or 26)))", "22 and 23 and (24 or 25 or 26)"),
      ("command=--a=b<c", "command=--a=b<c"), ("rtt\n>\t1000", "rtt>1000"),
    ] as [(String, String?)])
  func normalForm(_ text: String, _ expected: String?) throws {
    #expect((try? filter(text))?.description == expected)
  }

  @Test(arguments: [
    ["listening", "LISTEN", "Listen"], ["established", "ESTAB", "ESTABLISHED", "estab"],
    ["syn-sent", "SYN_SENT", "synsent", "SYN-SENT"],
    ["syn-recv", "SYN_RECV", "syn_received", "SYN_RECEIVED", "syn-rcv", "SYN_RCVD", "synrecv"],
    ["fin-wait-1", "FIN_WAIT_1", "FIN_WAIT1", "FIN-WAIT-1", "finwait1", "fin_wait-1"],
    ["fin-wait-2", "FIN_WAIT_2", "FIN_WAIT2", "finwait-2"],
    ["time-wait", "TIME_WAIT", "timewait", "TIME-WAIT"], ["close-wait", "CLOSE_WAIT", "closewait"],
    ["last-ack", "LAST_ACK", "lastack"], ["closing", "CLOSING"],
    ["closed", "close", "CLOSE", "unconnected", "UNCONN"], ["bound", "bound-inactive", "BOUND"],
  ])
  func spellings(_ words: [String]) throws {
    for state in TCPState.named {
      let socket = tcp("10.0.0.1:1", "10.0.0.2:2", state)
      let answers = try Set(words.map { try filter($0).matches(socket) })
      #expect(answers.count == 1, "\(words) \(state)")
      let fields = try Set(words.map { try filter("state=\($0)").matches(socket) })
      #expect(fields.count == 1, "\(words) \(state)")
    }
    #expect(
      try TCPState.named.count { state in
        try filter(words[0]).matches(tcp("10.0.0.1:1", "10.0.0.2:2", state)) == .yes
      } == 1)
  }

  @Test(arguments: [
    "connected", "synchronized", "bucket", "big", "all",
  ])
  func groups(_ word: String) throws {
    let members = try TCPState.named.filter {
      try filter(word).matches(tcp("10.0.0.1:1", "10.0.0.2:2", $0)) == .yes
    }
    let left: [TCPState] =
      switch word {
      case "connected": [.listening, .closed, .bound]
      case "synchronized": [.listening, .closed, .bound, .synSent]
      case "big": [.synReceived, .timeWait]
      case "bucket": TCPState.named.filter { $0 != .synReceived && $0 != .timeWait }
      default: []
      }
    #expect(members == TCPState.named.filter { !left.contains($0) })
  }

  /// Every comparison as ss spells it, without and with spaces.
  @Test(arguments: [
    ("= == eq", "="), ("!= ne neq", "!="), (">= ge geq", ">="), ("<= le leq", "<="), ("> gt", ">"),
    ("< lt", "<"),
  ])
  func aliases(_ words: String, _ sign: String) throws {
    for word in words.split(separator: " ") {
      #expect(try filter("sport \(word) :22") == filter("sport\(sign):22"))
      #expect(try filter("sport", String(word), "22") == filter("sport\(sign)22"))
    }
    #expect(try filter("! tcp") == filter("not", "tcp"))
    #expect(try filter("tcp & 22") == filter("tcp", "and", "22"))
    #expect(try filter("tcp && 22") == filter("tcp 22"))
    #expect(try filter("tcp | 22") == filter("tcp or 22"))
  }

  @Test(
    arguments: [
      ("fe80::1%lo", "[fe80::1]:9", true), ("[fe80::1%lo]:9", "[fe80::1]:9", true),
      ("fe80::1%eth0", "[fe80::1]:9", false), ("127.0.0.1%lo:9", "127.0.0.1:9", true),
      ("src [fe80::]/10:9", "[fe80::1]:9", true), ("src fe80::/10:9", "[fe80::1]:9", true),
      ("[fe80::/10]", "[fe80::1]:9", true), ("::ffff:127.0.0.1:9", "[::ffff:127.0.0.1]:9", true),
      ("::ffff:127.0.0.1:9", "127.0.0.1:9", false), ("::1:ssh", "[::1]:22", true),
      ("src 127", "127.0.0.0:9", true), ("src 127.1/16", "127.1.2.3:9", true),
      ("src 0x7f.0.0.01", "127.0.0.1:9", true), ("src 127.0.0.0/255.0.0.0", "127.9.9.9:9", true),
      ("src any", "127.0.0.1:9", true), ("src all:9", "127.0.0.1:9", true),
      ("src default:8", "127.0.0.1:9", false), ("src *:9", "127.0.0.1:9", true),
      ("src :9", "127.0.0.1:9", true), ("src 127.0.0.1:", "127.0.0.1:9", true),
      ("src 127.0.0.1:*", "127.0.0.1:9", true), ("src inet:127.0.0.1", "127.0.0.1:9", true),
      ("src inet6:*", "127.0.0.1:9", false), ("src inet6:", "[::1]:9", true),
      ("sport inet:9", "127.0.0.1:9", true), ("sport = inet6:9", "127.0.0.1:9", false),
      ("sport = *", "127.0.0.1:9", true), ("sport : tcp", "127.0.0.1:9", true),
      ("sport >= *", "127.0.0.1:9", true), ("src localhost", "[::1]:9", true),
      ("src localhost:10", "[::1]:9", false), ("dev 1", "[::1]:9", true),
      ("dev = lo", "[::1]:9", true),
      ("dev != lo", "[::1]:9", false), ("dev l*", "[::1]:9", true),
      ("0.0.0.0/0", "[::ffff:1.2.3.4]:9", true), ("2001:db8::/32", "[2001:db8::5]:9", true),
    ] as [(String, String, Bool?)])
  func hosts(_ text: String, _ local: String, _ expected: Bool?) throws {
    var socket = tcp(local, "", .listening)
    socket.interface = 1
    var builder = SnapshotBuilder(sockets: [socket])
    builder.names.interfaces = [InterfaceKey(index: 1): "lo"]
    let filter = try? filter(text)
    #expect(filter?.matches(builder.frozen()[0]) == expected.map { Answer($0) })
  }

  @Test func everyFieldCanBeAskedFor() throws {
    for field in Field.all where field != .owners && field.subject != .snapshot {
      for name in [field.name] + field.aliases {
        #expect(throws: FilterError.self, "\(name)") { try filter(name) }
        let error = #expect(throws: FilterError.self, "\(name)") { try filter(name + "=") }
        #expect(error?.reason == .missingValue(after: name + "="))
      }
    }
  }

  @Test func suggestions() throws {
    func suggestion(_ word: String) -> String? {
      Filter.suggestion(for: word, in: sample, names: SampleNames()).map { "\($0)" }
    }
    #expect(suggestion("lisening") == "did you mean the state listening?")
    #expect(suggestion("https") == "did you mean the port :https?")
    #expect(suggestion("root") == "did you mean the user, user=root?")
    #expect(suggestion("ngnix") == "did you mean the process nginx?")
    #expect(suggestion("Nginx") == "did you mean the process nginx?")
    #expect(suggestion("expsed") == "did you mean exposed?")
    #expect(suggestion("retransmts") == "did you mean the field retransmits?")
    #expect(suggestion("zzzzzz") == nil)
    // The name of a service as well.
    #expect(suggestion("ssh") == "did you mean the process sshd?")
    #expect(suggestion("sctp") == "sctp sockets are not listed here; type: ss -S")
    let filter = try filter("lisening or nginx or process=gone or sshd*")
    #expect(filter.bareWords == ["lisening", "nginx", "sshd*"])
    #expect(filter.unmatchedWords(in: sample) == ["lisening"])
  }

  @Test(
    arguments: [
      ("80 443", "80,443"), ("nginx redis-server", "nginx,redis-server"),
      ("tcp :80 listening :https 80", ":80,:443,80"), ("22 or (80 and 443)", "80,443"),
      ("sshd nginx listening sshd", "sshd,nginx"), ("80,443", nil), ("80 or 443", nil),
      ("80 not 443", nil), ("80 port=443", nil), ("80 nginx", nil), ("autobound 80", nil),
      ("80 *", nil), ("", nil), ("10.0.0.5 10.0.0.6", "10.0.0.5,10.0.0.6"),
      ("127.0.0.1:80 127.0.0.1:81", "127.0.0.1:80,127.0.0.1:81"), ("10.0.0.5 80", nil),
      ("lport=80 lport=443", "lport=80,443"), ("pid=1 established pid=2", "pid=1,2"),
      ("sport = :80 sport = :443", "sport=:80,:443"), ("lport=80 rport=443", nil),
      ("rtt>5 rtt<9", nil), ("lport=80 lport!=443", nil),
    ] as [(String, String?)])
  func whatMayHaveBeenMeantAsEither(text: String, either: String?) throws {
    let words = text.isEmpty ? [] : [text]
    let found = try Filter(parsing: words, names: SampleNames()).meantAsEither?.either
    #expect(found?.replacing(":https", with: ":443") == either)
    if let found { _ = try filter(found) }
  }

  @Test func theCaretIsUnderTheTermAmongOthers() {
    let far = Array(repeating: "established or", count: 20) + ["lport=x!", "and", "tcp"]
    let error = #expect(throws: FilterError.self) {
      _ = try Filter(parsing: far, names: SampleNames())
    }
    #expect(error?.word == 20)
    #expect(error?.range == 6..<8)
    let lines = error?.description.split(separator: "\n", omittingEmptySubsequences: false) ?? []
    #expect(lines.count == 3)
    #expect(lines.last?.count { $0 == " " } == lines[1].range(of: "x!"))
    #expect(lines[1].hasPrefix("  …"))
    let escape = #expect(throws: FilterError.self) { try filter("tcp\u{1b}[2J=é\n", "lport=ü(") }
    #expect(escape?.description.contains("\u{1b}") == false)
    #expect(escape?.description.split(separator: "\n").count == 3)
  }
}

extension Substring {
  /// How many characters stand before a text.
  fileprivate func range(of text: String) -> Int? {
    indices.first { self[$0...].hasPrefix(text) }.map { distance(from: startIndex, to: $0) }
  }
}
