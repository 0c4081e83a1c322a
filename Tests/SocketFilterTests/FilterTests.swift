import SocketFilter
import SocketModel
import TestSupport
import Testing

@Suite struct FilterTests {
  @Test(arguments: [
    ("all", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ("22", [0, 3]), (":22", [0, 3]), (":https", [1, 4, 5, 6]), (":440-450", [1, 4, 5, 6]),
    ("50000-50002", [3, 4, 5]), (":ssh listening", [0]),
    ("10.0.0.9", [3, 4]), ("10.0.0.0/8", [3, 4, 5, 6]), ("10/8", [3, 4, 5, 6]),
    ("::ffff:10.0.0.9", [4]), ("10.0.0.5:443", [4, 5, 6]), ("[::]:443", [1]),
    ("*:443", [1, 4, 5, 6]),
    ("::", [1]), ("localhost:5432", [2, 7]), ("0.0.0.0:22", [0]),
    ("listening", [0, 1, 2, 8]), ("LISTEN", [0, 1, 2, 8]), ("state listening", [0, 1, 2]),
    ("established", [3, 4, 6, 7, 9]), ("ESTAB", [3, 4, 6, 7, 9]), ("time-wait", [5]),
    ("TIMEWAIT", [5]), ("connected", [3, 4, 5, 6, 7, 9]), ("bucket", [5]),
    ("tcp established", [3, 4, 6, 7]), ("udp", [8, 9]), ("unconnected", [8]),
    ("ipv4", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), ("ipv6", [1, 4, 6]),
    ("loopback", [2, 7, 9]), ("not loopback", [0, 1, 3, 4, 5, 6, 8]),
    ("exposed", [0, 1, 8]), ("reaches=10.0.0.5:443", [1]), ("reaches=127.0.0.1:5432", [2]),
    ("reaches=[2001:db8::1]:443", [1]), ("reaches=:53", [8]), ("reaches=10.0.0.5", [0, 1, 8]),
    ("nginx", [1, 4, 6]), ("ssh*", [0, 3]), ("systemd-resolved", [8]), ("/usr/sbin/*", [0, 9]),
    ("process=sshd,chronyd", [0, 3, 9]), ("command=*worker*", [1, 4, 6]), ("pid=641", [1, 4, 6]),
    ("pid=640-", [0, 1, 3, 4, 6]), ("fd=6", [1]), ("owner_status=hidden,none", [2, 5, 7]),
    ("user=www-data", [1, 4]), ("uid=33", [1, 4]), ("user!=root", [1, 2, 4, 5, 6, 7]),
    ("user=www*", [1, 4]), ("inode=0", []), ("inode>15", [8, 9]),
    ("lport=22,443", [0, 1, 3, 4, 5, 6]), ("lport=1024-", [2, 7]), ("lport=-100", [0, 3, 8]),
    ("lport>=443 rport!=0", [4, 5, 6, 7]), ("rport<50001 established", [3, 9]),
    ("local=10.0.0.5 remote=10.0.0.8", [6]), ("remote!=0.0.0.0,[::]", [3, 4, 5, 6, 7, 9]),
    ("not tcp", [8, 9]), ("!tcp", [8, 9]), ("22 or 53", [0, 3, 8]), ("22||53", [0, 3, 8]),
    ("22 or 443 and time-wait", [0, 3, 5]), ("(22|443)&established", [3, 4, 6]),
    ("22,443 established", [3, 4, 6]), ("nginx,sshd", [0, 1, 3, 4, 6]),
    ("nginx,or,sshd", [0, 1, 3, 4, 6]),
    ("tcp,udp time-wait,53", [5, 8]),
    ("autobound", []), ("port=53", [8]), ("address=10.0.0.7", [5]),
    ("host=db.example.com", [3, 4, 5, 6]),
    ("dport > 50000", [4, 5, 6, 7]), ("sport = :ssh", [0, 3]), ("sport :ssh", [0, 3]),
    ("sport = 0x16", [0, 3]), ("sport 026", [0, 3]), ("src 10/8 dst 10.0.0.7", [5]),
    ("state established state time-wait :443", [4, 5, 6]),
    ("exclude listening tcp", [3, 4, 5, 6, 7]),
    ("state established sport = :22 or sport = :5432", [3, 7]),
    ("state established ( dport = :50000 or sport = :https )", [3, 4, 6]),
  ])
  func matches(_ text: String, _ expected: [Int]) throws {
    #expect(try rows(text) == expected)
    #expect(try rows("(\(text))") == expected)
  }

  /// Over /proc nobody knows whether a wildcard of IPv6 is v6only: a listener was said to serve IPv4
  /// that does not.
  @Test(
    arguments: [
      ("reaches=10.0.0.5:80", .cantTell), ("not reaches=10.0.0.5:80", .cantTell),
      ("reaches=:80", .yes), ("reaches=10.0.0.5:81", .no), ("reaches=[::1]:80", .yes),
      ("reaches=10.0.0.5:81,10.0.0.5:80", .cantTell), ("reaches=10.0.0.5:80,[::1]:80", .yes),
      ("reaches=10.0.0.5:80 and 81", .no), ("reaches=10.0.0.5:80 or 80", .yes),
    ] as [(String, Answer)])
  func reachesDependsOnV6only(text: String, answer: Answer) throws {
    for (v6Only, known) in [(.unknown, answer), (.no, nil), (.yes, nil)]
      as [(Socket.V6Only, Answer?)]
    {
      var socket = tcp("[::]:80", "", .listening)
      socket.v6Only = v6Only
      let found = try filter(text).matches(SnapshotBuilder(sockets: [socket]).frozen()[0])
      if let known { #expect(found == known) } else { #expect(found != .cantTell) }
    }
  }

  @Test func noWordsAndAnEmptyLineAreEverySocket() throws {
    #expect(try rows().count == sample.count)
    for line in ["", " \t"] { #expect(try Filter(parsing: line, names: SampleNames()).isEmpty) }
    #expect(try Filter(parsing: " 22 ", names: SampleNames()) == filter("22"))
  }
}
