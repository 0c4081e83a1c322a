import SocketFilter
import SocketModel
import Testing

/// What could not be looked up, and what a source does not tell, is neither yes nor no.
struct UnknownNamesTests {
  private struct NoLookups: FilterNames {
    private let failure = LookupFailure("Too many open files")

    func ports(service: String) throws(LookupFailure) -> Set<UInt16> { throw failure }
    var serviceNames: [String] { [] }
    func uid(user: String) throws(LookupFailure) -> UInt32? { throw failure }
    var userNames: [String] { [] }
    func interface(_ name: String) throws(LookupFailure) -> UInt32? { throw failure }
    var interfaceNames: [String] { [] }
    func addresses(host: String) -> [IPAddress] { [] }
    func cgroup(path: String) throws(LookupFailure) -> UInt64? { throw failure }
    func localPortRange() throws(LookupFailure) -> ClosedRange<UInt16> { throw failure }
  }

  @Test(arguments: [
    ("user=root", "user 'root'"), ("dev=eth0", "interface 'eth0'"),
    ("fe80::1%eth0", "interface 'eth0'"), ("cgroup=/x", "cgroup '/x'"),
    (":https", "service 'https'"), ("autobound", "the ports of 'autobound'"),
    ("not user=root", "user 'root'"),
  ])
  func aFailedLookupIsAnErrorThatSaysSo(term: String, what: String) {
    let error = #expect(throws: FilterError.self) {
      try Filter(parsing: [term], names: NoLookups())
    }
    #expect(error?.isFailedLookup == true)
    #expect(error.map { "\($0.reason)" } == "can't look up \(what): Too many open files")
  }

  /// Numbers need none, and a bare word is a process whatever a service of its name may be.
  @Test(arguments: ["user=33", "dev=2", "lport=443", "nginx"])
  func whatNeedsNoLookupIsRead(term: String) throws {
    let filter = try Filter(parsing: [term], names: NoLookups())
    #expect(
      Filter.suggestion(for: "https", in: sample, names: NoLookups()).map { "\($0)" } == nil
        && !filter.isEmpty)
  }

  @Test func aNameThatCouldNotBeReadMayMatch() throws {
    var builder = sampleBuilder()
    builder.names.users[33] = nil
    builder.names.unreadNames = UnreadNames(.user(33), reason: "Permission denied")
    let snapshot = builder.frozen()
    for term in ["user=ro*", "not user=ro*"] {
      let filter = try filter(term)
      #expect(filter.matches(snapshot[1]) == .cantTell)
      #expect(filter.matches(snapshot[0]) == (term.hasPrefix("not") ? .no : .yes))
    }
    #expect(
      builder.names.unreadNames?.sentence
        == "the name of user 33 can't be looked up (Permission denied)")
  }

  @Test(arguments: ["ipv4", "not ipv4", "src inet:*:443"])
  func aWildcardOfUnknownKindMayTakeIPv4(term: String) throws {
    var socket = tcp("[::]:443", "", .listening)
    socket.v6Only = .unknown
    #expect(try filter(term).matches(socket) == .cantTell)
    #expect(try filter("ipv6").matches(socket) == .yes)
    socket.v6Only = .no
    #expect(try filter(term).matches(socket) == (term.hasPrefix("not") ? .no : .yes))
    socket.v6Only = .yes
    #expect(try filter(term).matches(socket) == (term.hasPrefix("not") ? .yes : .no))
  }

  /// `-4` on the command line is the query's, not the filter's.
  @Test func theQueryLeavesItOpenAsWell() throws {
    var socket = tcp("[::]:443", "", .listening)
    socket.v6Only = .unknown
    let snapshot = SnapshotBuilder(sockets: [socket, tcp("0.0.0.0:22", "", .listening)]).frozen()
    let selection = Filter.everything.select(from: snapshot, for: Query(families: .ipv4))
    #expect(selection.rows == [1] && selection.undecided == [0])
    #expect(snapshot.rowsOpen(selection.undecided, to: .ipv4) == 1)
    let no = try filter("lport=1").select(from: snapshot, for: Query(families: .ipv4))
    #expect(no.rows.isEmpty && no.undecided.isEmpty)
  }

  @Test(arguments: ["rtt>1ms", "cgroup=/x*", "dev=lo", "congestion=cubic", "mark=1"])
  func whatTheSourceDoesNotTellIsUnknown(term: String) throws {
    var builder = sampleBuilder()
    for text in [term, "not " + term] {
      let filter = try filter(text)
      #expect(filter.matches(builder.frozen()[3]) == (text == term ? .no : .yes))
      builder.table.unknown = filter.needs
      #expect(filter.matches(builder.frozen()[3]) == .cantTell)
      builder.table.unknown = []
    }
  }
}
