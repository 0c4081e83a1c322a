import SocketFilter
import SocketModel
import Testing

/// Questions about owners are answered in three values.
@Suite struct FilterOwnersTests {
  @Test(
    arguments: [
      ("nginx", [.no, .yes, .cantTell, .no, .yes, .no, .yes, .cantTell, .no, .no]),
      ("not nginx", [.yes, .no, .cantTell, .yes, .no, .yes, .no, .cantTell, .yes, .yes]),
      ("pid=301", [.no, .no, .cantTell, .no, .no, .no, .no, .cantTell, .no, .yes]),
      ("fd=3", [.yes, .no, .cantTell, .no, .no, .no, .no, .cantTell, .no, .no]),
      ("owner_status=queued", [.no, .no, .no, .no, .no, .no, .yes, .no, .no, .no]),
      ("nginx listening", [.no, .yes, .cantTell, .no, .no, .no, .no, .no, .no, .no]),
      ("nginx or 5432", [.no, .yes, .yes, .no, .yes, .no, .yes, .yes, .no, .no]),
      ("user=ann", [.no, .no, .yes, .no, .no, .no, .no, .yes, .no, .no]),
      ("user!=ann", [.yes, .yes, .no, .yes, .yes, .yes, .yes, .no, .yes, .yes]),
    ] as [(String, [Answer])])
  func answers(_ text: String, _ expected: [Answer]) throws {
    let filter = try filter(text)
    #expect((0..<sample.count).map { filter.matches(sample[$0]) } == expected)
  }

  @Test func notAskedCannotBeTold() throws {
    let snapshot = unownedSample().frozen()
    for text in ["nginx", "pid=1", "fd=1", "owner_status=hidden", "not nginx"] {
      #expect(try filter(text).matches(snapshot[0]) == .cantTell)
    }
  }

  /// A process that ended while it was looked at made root's answer "can't tell".
  @Test(
    arguments: [
      (nil, .no), (.closed(processes: 1), .no), (.refusing(processes: 1), .no),
      (.notPrivileged, .cantTell), (.hidepid(2), .cantTell),
    ] as [(HiddenCause?, Answer)])
  func aProcessWithoutNameIsGone(cause: HiddenCause?, answer: Answer) throws {
    var builder = sampleBuilder(hiddenCause: cause)
    builder.names.processes = [:]
    let snapshot = builder.frozen()
    #expect(try filter("sshd").matches(snapshot[0]) == answer)
    #expect(
      try filter("sshd").select(from: snapshot, for: Query()).undecided.contains(0)
        == (answer == .cantTell))
    #expect(try filter("pid=812").matches(snapshot[0]) == .yes)
  }

  // What owners that were not seen are called was taken for "no".
  @Test(
    arguments: [
      ("nginx", .yes), ("not nginx", .no), ("sshd", .cantTell), ("not sshd", .cantTell),
      ("pid=640", .yes), ("pid=1", .cantTell), ("pid!=640", .no), ("fd=6", .yes),
      ("fd=7", .cantTell), ("command=*master*", .yes), ("command=*zz*", .cantTell),
      ("owner_status=partial", .yes), ("owner_status=known", .no), ("sshd or listening", .yes),
    ] as [(String, Answer)])
  func someOwnersMayBeHidden(text: String, answer: Answer) throws {
    var builder = sampleBuilder(hiddenCause: .notPrivileged)
    let slot = sample[1].ownerSlot
    builder.setOwners(RowOwners(.partial, slot: slot), of: 1)
    #expect(try filter(text).matches(builder.frozen()[1]) == answer)
    let selection = try filter(text).select(from: builder.frozen(), for: Query(protocols: .all))
    #expect(selection.undecided.contains(1) == (answer == .cantTell))
  }

  // With hidepid, or no descriptor left to open /proc/PID/stat with, `python3` was "no", and
  // `not python3` was "yes".
  @Test(
    arguments: [
      ("sshd", .cantTell), ("not sshd", .cantTell), ("nginx", .cantTell), ("pid=812", .yes),
      ("command=*D*", .cantTell), ("not command=*D*", .cantTell), ("fd=3", .yes),
      ("sshd or listening", .yes), ("sshd and 23", .no),
    ] as [(String, Answer)])
  func aNameThatCannotBeReadIsUnknown(text: String, answer: Answer) throws {
    for cause in [nil, .refusing(processes: 1), .notPrivileged] as [HiddenCause?] {
      var builder = sampleBuilder(hiddenCause: cause)
      builder.names.processes[812] = nil
      builder.names.unreadProcesses = UnreadProcesses([812], reason: "x", .rights)
      let snapshot = builder.frozen()
      #expect(try filter(text).matches(snapshot[0]) == answer)
      let selection = try filter(text).select(from: snapshot, for: Query(protocols: .all))
      #expect(selection.undecided.contains(0) == (answer == .cantTell))
      #expect(snapshot.unnamedOwners([0, 1, 2]) == 1)
    }
  }

  /// The name may be known, and the command line, whose first word is a name as well, not.
  @Test(
    arguments: [
      ("sshd", .yes), ("nginx", .cantTell), ("not nginx", .cantTell), ("command=x", .cantTell),
      ("not command=x", .cantTell), ("pid=1", .no),
    ] as [(String, Answer)])
  func aCommandLineThatCannotBeReadIsUnknown(text: String, answer: Answer) throws {
    var builder = sampleBuilder()
    var name = ProcessName(name: Array("sshd".utf8))
    name.commandIsUnread = true
    builder.names.processes[812] = name
    #expect(try filter(text).matches(builder.frozen()[0]) == answer)
  }

  @Test func noProcessHoldsADescriptor() throws {
    var builder = sampleBuilder()
    builder.setOwners(RowOwners(.unheld), of: 0)
    for (text, answer) in [
      ("sshd", Answer.no), ("not sshd", .yes), ("pid=812", .no), ("owner_status=unheld", .yes),
      ("owner_status=none", .no),
    ] {
      #expect(try filter(text).matches(builder.frozen()[0]) == answer)
    }
  }

  /// A queue whose listener nobody was seen to hold: certain only where nothing is hidden.
  @Test func queuedWithoutListener() throws {
    for (cause, answer) in [(nil, .no), (.notPrivileged, .cantTell)] as [(HiddenCause?, Answer)] {
      var builder = sampleBuilder(hiddenCause: cause)
      builder.setOwners(RowOwners(.queued), of: 6)
      #expect(try filter("nginx").matches(builder.frozen()[6]) == answer)
    }
  }

  @Test func selectionTellsUndecidedRows() throws {
    let selection = try filter("nginx").select(from: sample, for: Query(protocols: .all))
    #expect(selection.rows == [1, 4, 6])
    #expect(selection.undecided == [2, 7])
    let listening = Query(onlyListening: true)
    #expect(try filter("nginx").select(from: sample, for: listening).rows == [1])
    #expect(Filter.everything.select(from: sample, for: Query()).rows == Array(0...7))
  }

  @Test(arguments: [
    ("nginx", "nginx", "", true), ("ngin", "nginx", "", false), ("ng?nx", "nginx", "", true),
    ("*", "x", "", true), ("n*x", "nginx", "", true), ("n*y", "nginx", "", false),
    ("*a*b*", "xaybz", "", true), ("*ab", "aab", "", true), ("?", "é", "", true),
    ("??", "é", "", false), (#"\*"#, "*", "", true), (#"\*"#, "x", "", false),
    (#""a b""#, "a b", "", true), (#""(sd-pam)""#, "(sd-pam)", "", true),
    (#"process="""#, "", "", true), ("Nginx", "nginx", "", false),
    ("java", "main", "/usr/bin/java", true), ("/usr/bin/java", "main", "/usr/bin/java", true),
    ("/usr/*", "main", "/usr/bin/java", true), ("bin", "main", "/usr/bin/java", false),
    ("systemd-resolved", "systemd-resolve", "", true),
    ("systemd-resolver", "systemd-resolve", "/lib/systemd/systemd-resolved", false),
    ("systemd", "systemd-resolve", "", false), (#""tcp""#, "tcp", "", true),
    (#"process=\and"#, "and", "", true), ("process=a,b*", "bcd", "", true),
    ("command=*-D*", "x", "/sbin/x -D", true), ("command=--x=*", "x", "--x=1", true),
  ])
  func processNames(_ text: String, _ name: String, _ command: String, _ matches: Bool) throws {
    var builder = sampleBuilder()
    let bytes = Array(command.utf8).map { $0 == 0x20 ? 0 : $0 } + (command.isEmpty ? [] : [0])
    builder.names.processes[812] = ProcessName(
      name: Array(name.utf8), command: command.isEmpty ? nil : bytes)
    let filter = try filter(text)
    #expect(filter.matches(builder.frozen()[0]) == Answer(matches))
    #expect(try SocketFilterTests.filter(filter.description) == filter)
  }

  @Test(arguments: [
    ("ngi", "ngi*", ["ngi": ["nginx"]]), ("not ssh", "not ssh*", ["ssh": ["sshd"]]),
    (
      "chro or systemd", "chro* or systemd*",
      [
        "chro": ["chronyd"], "systemd": ["systemd-resolve"],
      ]
    ),
    ("ng", "ng", [:]), ("nginx", "nginx", [:]), ("process=ngi", "process=ngi", [:]),
    ("ngi?", "ngi?", [:]), ("zzz", "zzz", [:]),
  ])
  func aWordMayBeABeginning(text: String, taken: String, words: [String: [String]]) throws {
    let (found, beginnings) = try filter(text).takingBeginnings(in: sample)
    #expect("\(found)" == taken)
    #expect(Dictionary(uniqueKeysWithValues: beginnings.map { ($0.word, $0.processes) }) == words)
    #expect(
      try (0..<sample.count).map { found.matches(sample[$0]) }
        == (0..<sample.count).map { try filter(taken).matches(sample[$0]) })
  }

  @Test(
    arguments: [
      ("nginx", [640, 641]), ("pid=641 listening", [641]), ("not nginx sshd", [812, 900]),
      ("22", []), ("command=*worker* or pid=300", [300, 641]),
    ] as [(String, Set<Int32>)])
  func processesAskedFor(text: String, pids: Set<Int32>) throws {
    #expect(try filter(text).processesAskedFor(in: sample) == pids)
  }

  @Test(
    arguments: [
      ("pid=5", true, [5]), ("pid=7,5 listening", true, [5, 7]), ("pid=5-9", true, []),
      ("not pid=5", false, []), ("nginx", true, []), ("22", false, []),
    ] as [(String, Bool, [Int32])])
  func pidsAskedFor(text: String, asks: Bool, pids: [Int32]) throws {
    #expect(try filter(text).asksForProcesses == asks)
    #expect(try filter(text).pidsAskedFor == pids)
  }
}
