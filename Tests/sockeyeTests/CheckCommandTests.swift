import Foundation
import TestSupport
import Testing

/// `check` on trouble that is made for real, in a network namespace of its own.
@Suite struct CheckCommandTests {
  struct Trouble: CustomTestStringConvertible, Sendable {
    let name: String
    /// In Python; what is made stays in `kept`.
    let script: String
    let atLeast: Int

    var testDescription: String { name }
  }

  static let troubles = [
    Trouble(
      name: "accept-queue-drops",
      script: """
        listener.listen(1)
        for _ in range(110):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
            kept.append(one)
        """, atLeast: 100),
    Trouble(
      name: "accept-queue-full",
      script: """
        listener.listen(1)
        for _ in range(4):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
            kept.append(one)
        """, atLeast: 2),
    Trouble(
      name: "close-wait",
      script: """
        for _ in range(min(20_000, most - 100)):
            one = socket.create_connection(listener.getsockname())
            kept.append(listener.accept()[0])
            one.close()
        made = len(kept)
        """, atLeast: 30),
    Trouble(
      name: "never-bound", script: "kept += [socket.socket() for _ in range(50)]", atLeast: 50),
    Trouble(
      name: "not-accepted",
      script: """
        for _ in range(5): kept.append(socket.create_connection(listener.getsockname()))
        """, atLeast: 5),
    Trouble(
      name: "file-limit",
      script: """
        resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))
        kept += [open("/dev/null") for _ in range(88)]
        """, atLeast: 90),
    Trouble(
      name: "udp-drops",
      script: """
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        def flood():
            while True: sender.sendto(b"x" * 1000, udp.getsockname())
        threading.Thread(target=flood, daemon=True).start()
        """, atLeast: 1),
    Trouble(
      name: "verdict",
      script: """
        def flood(one):
            while True: one.sendall(b"x" * 65536)
        for _ in range(4):
            one = socket.create_connection(listener.getsockname())
            kept.append(listener.accept()[0])
            threading.Thread(target=flood, args=(one,), daemon=True).start()
            kept.append(one)
        """, atLeast: 4),
  ]

  private static func python(_ script: String, _ runs: [[String]]) -> String {
    """
    python3 - <<'END'
    import os, resource, socket, subprocess, threading
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    kept, made = [], 0
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    \(script)
    print(os.getpid(), made, flush=True)
    for words in \(runs):
        done = subprocess.run([os.environ["SOCKEYE"]] + words, capture_output=True, text=True)
        print(done.returncode, done.stdout, done.stderr, flush=True)
    os._exit(0)
    END
    """
  }

  /// All but one: other processes of the host may have trouble of their own.
  private static func only(_ name: String) -> [String] {
    let others = [
      "file-limit", "accept-queue-drops", "accept-queue-full", "ephemeral-ports", "conntrack",
      "tcp-memory", "orphans", "udp-drops", "not-accepted", "close-wait", "never-bound", "verdict",
    ].filter { $0 != name }
    return ["check", "--json", "--for", "2.2", "--without", others.joined(separator: ",")]
  }

  @Test(
    .enabled(if: Namespace.isAvailable, Comment(rawValue: Namespace.requirement)),
    arguments: troubles)
  func troubleIsNamedWithItsOwner(trouble: Trouble) throws {
    let outcome = try Namespace.shell(Self.python(trouble.script, [Self.only(trouble.name)]))
    let numbers = outcome.lines.first?.split(separator: " ").compactMap { Int($0) } ?? []
    try #require(numbers.count == 2, "\(outcome.output) \(outcome.errors)")
    let (pid, made) = (numbers[0], numbers[1])
    let start = try #require(outcome.output.firstIndex(of: "{"))
    let end = try #require(outcome.output.lastIndex(of: "}"))
    #expect(outcome.output[..<start].hasSuffix("1 "), "exit code")
    let json =
      try JSONSerialization.jsonObject(
        with: Data(outcome.output[start...end].utf8)) as? [String: Any]
    let findings = try #require(json?["findings"] as? [[String: Any]])
    let own = findings.filter { $0["pid"] as? Int == pid }
    #expect(own.count == 1)
    #expect(own.first?["name"] as? String == trouble.name)
    #expect(own.first?["process"] as? String == "python3")
    #expect(own.first?["count"] as? Int ?? 0 >= max(trouble.atLeast, made))
    #expect((own.first?["sentence"] as? String)?.contains("python3") ?? false)
  }

  @Test(.enabled(if: Namespace.isAvailable, Comment(rawValue: Namespace.requirement)))
  func portsToOneDestinationRunOut() throws {
    let outcome = try Namespace.shell(
      """
      echo 40000 40099 > /proc/sys/net/ipv4/ip_local_port_range || exit 0
      \(Self.python(
        """
        for _ in range(99):
            kept.append(socket.create_connection(listener.getsockname()))
            kept.append(listener.accept()[0])
        """, [Self.only("ephemeral-ports"), Self.only("ephemeral-ports") + ["--limit", "ephemeral-ports=100"]]))
      """)
    if outcome.output.isEmpty { return }
    #expect(outcome.output.contains("\"name\":\"ephemeral-ports\",\"count\":99,\"total\":100"))
    #expect(outcome.output.contains("\n0 {"))
  }

  /// Listeners, idle and busy connections are no trouble.
  @Test(.enabled(if: Namespace.isAvailable, Comment(rawValue: Namespace.requirement)))
  func aHealthyHostHasNone() throws {
    let script = """
      def echo(one):
          while data := one.recv(4096): one.sendall(data)
      def ask(one):
          while True:
              one.sendall(b"x" * 100)
              one.recv(4096)
      for number in range(20):
          one = socket.create_connection(listener.getsockname())
          other = listener.accept()[0]
          kept += [one, other]
          if number < 10:
              threading.Thread(target=echo, args=(other,), daemon=True).start()
              threading.Thread(target=ask, args=(one,), daemon=True).start()
      """
    let others = "file-limit,never-bound,conntrack,tcp-memory,orphans"
    let outcome = try Namespace.shell(
      Self.python(script, [["check", "--for", "1", "--without", others]]))
    #expect(outcome.lines.dropFirst().first?.hasPrefix("0 ") ?? false, "\(outcome.output)")
  }

  @Test(arguments: [
    ("--limit close-wait=0", "--limit takes limits such as"),
    ("--without nothing", "--without takes"), ("8080", "unexpected word '8080' after check"),
  ])
  func aWrongCommandLineIsRefused(words: String, message: String) throws {
    let outcome = try Program.shell("$SOCKEYE check \(words)")
    #expect(outcome.status == 2 && outcome.errors.contains(message))
  }
}
