import Glibc
import TestSupport
import Testing

/// Who had a connection that came and went between two refreshes, as the live view tells it.
@Suite struct EndedOwnersTests {
  private static let remark = "who had a connection that came and went between two refreshes"

  /// Nobody knew, in no way to look. The filter asks for the owner as well; this process closes last at the
  /// listener's end.
  @Test(
    .enabled(if: TraceScene.isAvailable, "\(TraceScene.requirement)"),
    arguments: [("", true), ("pid=PID", true), ("pid=1", false)])
  func aConnectionBetweenTwoRefreshesIsShownWithItsOwner(filter: String, isShown: Bool) throws {
    let pair = try LoopbackPair()
    let words = filter.isEmpty ? [] : [filter == "pid=PID" ? "pid=\(getpid())" : filter]
    let terminal = try Pseudoterminal(
      [Program.sockeye, "watch", "-n", "-v", "--interval", "2", "lport=\(pair.port)"] + words,
      columns: 200, environment: ["TERM": "dumb"])
    #expect(terminal.wait { $0.text.contains("\(Self.remark) is known from BPF") })
    var ports: [UInt16] = []
    func isTold(_ owner: String) -> Bool {
      terminal.text.split(separator: "\r\n").contains { line in
        let ends = line.split(separator: " ").dropFirst(2).prefix(2)
        return line.hasPrefix("-") && line.contains(owner)
          && ports.contains { ends == ["127.0.0.1:\(pair.port)", "127.0.0.1:\($0)"] }
      }
    }
    let isSeen = try eventually {
      let client = try pair.connect()
      try client.send(100)
      client.close()
      ports.append(client.port)
      let frames = terminal.frames.count
      return terminal.wait(within: 10) { $0.frames.count > frames + 1 } && (isTold("") || !isShown)
    }
    #expect(isSeen && isTold("\(getpid())/") == isShown, "\(terminal.text)")
    terminal.send(signal: SIGINT)
    #expect(terminal.exitStatus() == 0)
  }

  /// What the kernel keeps of them is full after some 9,000.
  @Test(.enabled(if: TraceScene.isAvailable, "\(TraceScene.requirement)"))
  func moreThanAreKeptAreSaidToLackOwners() throws {
    let found = try TraceScene.run(
      """
      serve 7001 7002
      $SOCKEYE watch --events -n -v --interval 0.3 > out 2> errors & WATCH=$!
      until grep -q "\(Self.remark) is known" errors; do kill -0 $WATCH || exit 9; sleep 0.01; done
      kill -STOP $WATCH; python3 ask.py 6000 7001 7002; kill -CONT $WATCH
      until grep -q "more connections ended" errors; do kill -0 $WATCH || exit 9; sleep 0.01; done
      kill $WATCH; wait $WATCH; grep "more connections" errors
      """)
    #expect(
      found.lines == [
        "sockeye: more connections ended between two refreshes than the kernel keeps for us: some have no "
          + "owner; a shorter --interval keeps up"
      ], "\(found)")
  }

  /// Without the rights, or where /proc alone may be asked, it is told of all the same.
  @Test(arguments: [
    ("setpriv --reuid 65534 --regid 65534 --clear-groups", "", "\(remark) is not known: "),
    ("", "--owners proc", ""),
  ])
  func itIsToldWithoutOneWhereNobodyMayKnow(before: String, options: String, said: String) throws {
    let pair = try LoopbackPair()
    // The test's own build may be out of another user's reach, and an open file is not.
    let script = """
      exec 9< "$SOCKEYE"
      exec \(geteuid() == 0 ? before : "") /proc/self/fd/9 watch --events -n -v --interval 0.3 \
      \(options) lport=\(pair.port)
      """
    let terminal = try Pseudoterminal(
      ["/bin/sh", "-c", script], columns: 200, environment: ["SOCKEYE": Program.sockeye])
    let isTold = try eventually {
      let client = try pair.connect()
      client.close()
      return terminal.wait(within: 5) {
        $0.text.contains("closed tcp 127.0.0.1:\(pair.port) -> 127.0.0.1:\(client.port)")
      }
    }
    // The thread that attaches may come later than the first connection.
    #expect(isTold && terminal.wait { $0.text.contains(said) }, "\(terminal.text)")
    #expect(!terminal.text.contains("\(Self.remark) is known"))
    terminal.send(signal: SIGTERM)
    #expect(terminal.exitStatus() == 128 + SIGTERM)
  }
}
