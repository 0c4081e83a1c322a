import TestSupport
import Testing

/// `sockeye demo`, seen by a shell and by the tools beside it.
@Suite struct DemoCommandTests {
  private static let hasSS =
    (try? Program.shell("ss --version"))?.status == 0 && Namespace.isAvailable

  @Test(.enabled(if: DemoCommandTests.hasSS, "needs ss (iproute2) and a network namespace"))
  func theStatesAreThoseOfSS() throws {
    let both = try Namespace.shell(
      """
      table=$(mktemp)
      $SOCKEYE demo --states --hold -n > "$table" &
      until [ -s "$table" ]; do sleep 0.02; done
      others=$(ss -Htuan)
      kill $!
      wait $! || echo "exit code $?"
      cat "$table"
      echo "---
      $others"
      rm "$table"
      """)
    let parts = both.output.split(separator: "---\n", maxSplits: 1)
    try #require(parts.count == 2, "\(both.errors)")
    let own = parts[0].split(separator: "\n").dropFirst().map { Row(sockeye: words($0)) }
    let others = parts[1].split(separator: "\n").map { Row(ss: words($0)) }
    // ss does not ask for sockets that only hold a port.
    #expect(own.filter { $0.state == "BOUND" }.count % 2 == 0)
    #expect(own.filter { $0.state != "BOUND" }.sorted() == others.sorted())
    #expect(Set(others.map(\.state)).count == 11)
  }

  /// ss writes the answers alone, and those of IPv6 after those of IPv4.
  @Test(.enabled(if: DemoCommandTests.hasSS, "needs ss (iproute2) and a network namespace"))
  func whatSSRecordsIsReplayed() throws {
    let outcome = try Namespace.shell(
      """
      d=$(mktemp -d)
      $SOCKEYE demo --hold -n > "$d/table" 2> "$d/errors" &
      until [ -s "$d/table" ]; do sleep 0.02; done
      ss -aD "$d/dump"
      $SOCKEYE -nHt --no-process > "$d/live"
      kill $!
      $SOCKEYE -nHt --replay "$d/dump" > "$d/replayed"
      diff "$d/live" "$d/replayed" && wc -l < "$d/live"
      rm -r "$d"
      """)
    #expect(outcome.errors == "")
    #expect(Int(outcome.output.dropLast()) ?? 0 > 5, "\(outcome.output)")
  }

  @Test(arguments: [40, 100])
  func beyondTheFileLimitItMakesWhatItCanAndSaysSo(limit: Int) throws {
    let outcome = try Program.shell(
      "ulimit -n \(limit); $SOCKEYE demo --connections 1000 -nH")
    #expect(outcome.status == 0)
    let pieces = outcome.errors.split(separator: "\n")
    let made = try #require(
      outcome.errors.split(separator: " ").compactMap { Int($0) }.first, "\(outcome.errors)")
    #expect(made > 5 && made < limit / 2)
    #expect(
      pieces.last
        == """
        sockeye: not 1,000 clients: Too many open files \
        (this process may open \(limit), see ulimit -n)
        """)
    // Both ends of each, two listeners, and nobody left in a queue; all owners are known.
    #expect(outcome.lines.count == 2 * made + 2)
    #expect(outcome.lines.allSatisfy { !$0.contains("?") && !$0.contains("queued") })
    #expect(!outcome.lines.contains { $0.contains("LISTENING") && !$0.contains(" 0/") })
  }
}

extension DemoCommandTests {
  // It said "Cannot assign requested address", and with --watch showed an empty list.
  @Test(
    .enabled(if: Namespace.isAvailable, "\(Namespace.requirement)"),
    arguments: ["", "--states", "--watch"])
  func withoutLoopbackItSaysWhatToDo(option: String) throws {
    let outcome = try Namespace.shell(
      "ip link set lo down; $SOCKEYE demo \(option) < /dev/null; echo $?")
    #expect(outcome.output == "3\n")
    #expect(
      outcome.errors
        == """
        sockeye: cannot make the connections: this host's loopback interface is down or has no \
        address; try: ip link set lo up

        """)
  }
}

private func words(_ line: Substring) -> [String] {
  line.split(separator: " ").map { String($0) }
}

/// What both tools say of a socket, in one form.
private struct Row: Comparable, CustomStringConvertible {
  let protocolName: String
  let local: String
  let remote: String
  let queue: String
  let state: String

  init(sockeye words: [String]) {
    protocolName = words[0]
    local = words[1]
    remote = words[2]
    queue = words[3] == "-" ? "0/0" : words[3].filter { $0 != "!" }
    state = words[4]
  }

  init(ss words: [String]) {
    protocolName = words[0]
    local = words[4]
    remote = words[5].hasSuffix(":*") ? "*:*" : words[5]
    queue = words[2] + "/" + words[3]
    let states = [
      "LISTEN": "LISTENING", "ESTAB": "ESTABLISHED", "SYN-RECV": "SYN_RECEIVED",
      "UNCONN": "UNCONNECTED",
    ]
    state = states[words[1]] ?? String(words[1].map { $0 == "-" ? "_" : $0 })
  }

  var description: String { "\(protocolName) \(local) \(remote) \(queue) \(state)" }

  static func < (left: Row, right: Row) -> Bool { left.description < right.description }
}
