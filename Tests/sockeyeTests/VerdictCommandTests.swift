import Foundation
import TestSupport
import Testing

/// Verdicts of connections whose causes are made for real, each in a network namespace of its own.
@Suite struct VerdictCommandTests {
  struct Scene: CustomTestStringConvertible, Sendable {
    /// In Python: `listener`, `client` and `accept()` are there.
    let script: String
    let client, server: String

    var testDescription: String { "\(client) \(server)" }
  }

  static let scenes = [
    Scene(
      script: "flood(accept())", client: "peer-not-reading", server: "answer-owed"),
    Scene(
      script: "server = accept(); flood(server); drain()", client: "ok", server: "ok"),
    Scene(
      script: "server = accept(); client.shutdown(socket.SHUT_WR)", client: "half-closed",
      server: "half-closed"),
    Scene(
      script: "client.connect(listener.getsockname()); client.sendall(b'x')",
      client: "not-accepted", server: "not-accepted"),
    Scene(script: "server = accept()", client: "app-idle", server: "app-idle"),
    Scene(
      script: "server = accept(); client.sendall(b'x'); server.recv(1)",
      client: "waiting-for-answer", server: "answer-owed"),
  ]

  /// Prints what `SOCKEYE` with these arguments does in the scene.
  static func python(_ scene: String, _ runs: [[String]]) -> String {
    let calls = runs.map { "run(\($0))\n" }.joined()
    return """
      python3 - <<'END'
      import os, socket, subprocess, threading
      listener = socket.create_server(("127.0.0.1", 0))
      client = socket.socket()
      def accept():
          client.connect(listener.getsockname())
          return listener.accept()[0]
      def forever(body):
          def loop():
              while True: body()
          threading.Thread(target=loop, daemon=True).start()
      kept = []
      def flood(server):
          kept.append(server)
          forever(lambda: client.sendall(b"x" * 65536))
      def drain():
          forever(lambda: kept[0].recv(1 << 20))
      def run(words):
          words = [word.replace("PORT", str(listener.getsockname()[1])) for word in words]
          done = subprocess.run([os.environ["SOCKEYE"]] + words, capture_output=True, text=True)
          print(done.returncode, done.stdout + done.stderr, end="", flush=True)
      \(scene)
      \(calls)
      os._exit(0)
      END
      """
  }

  private static let columns = ["-nH", "--no-process", "--for", "1.2", "--columns", "verdict"]

  @Test(
    .enabled(if: Namespace.isAvailable, Comment(rawValue: Namespace.requirement)),
    arguments: scenes)
  func theCauseIsTold(scene: Scene) throws {
    // A machine that is busy otherwise may keep one of them waiting.
    var found: [Substring] = []
    for _ in 0..<3 where found != [scene.client[...], scene.server[...]] {
      let outcome = try Namespace.shell(
        Self.python(
          scene.script,
          [Self.columns + ["rport=PORT"], Self.columns + ["lport=PORT", "connected"]]))
      found = outcome.output.split(whereSeparator: \.isWhitespace).filter { $0 != "0" }
    }
    #expect(found == [scene.client[...], scene.server[...]])
  }

  // The server is in another namespace: only with both is it seen that nobody has accepted the connection.
  @Test(.enabled(if: geteuid() == 0, "needs root"))
  func theOtherEndMayBeInAnotherNamespace() throws {
    let outcome = try Namespace.shell(
      """
      cd "$(mktemp -d)"; touch server client
      unshare -n sleep 1000 & P=$!; trap 'kill $P $S $C' EXIT
      until [ "$(readlink /proc/$P/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
      ip link add here type veth peer name there netns $P
      ip addr add 10.99.0.1/24 dev here; ip link set here up
      nsenter -t $P -n sh -c 'ip addr add 10.99.0.2/24 dev there; ip link set there up'
      cat > end.py <<'END'
      import signal, socket, sys
      if sys.argv[1] == "server":
          one = socket.create_server(("10.99.0.2", 7123))
      else:
          one = socket.create_connection(("10.99.0.2", 7123)); one.sendall(b"x")
      print("READY", flush=True); signal.pause()
      END
      ready() { until grep -q READY $1; do sleep 0.01; kill -0 $2 || exit 9; done; }
      nsenter -t $P -n python3 end.py server > server & S=$!; ready server $S
      python3 end.py client > client & C=$!; ready client $C
      for where in "" "-N $P -N $$"; do
        $SOCKEYE $where -nH --no-process --for 1.2 --columns verdict rport=7123
      done
      """)
    #expect(
      outcome.lines == ["waiting-for-answer", "not-accepted"], "\(outcome.output) \(outcome.errors)"
    )
  }

  @Test(.enabled(if: Namespace.isAvailable, Comment(rawValue: Namespace.requirement)))
  func itIsAFieldLikeAnyOther() throws {
    let short = ["--for", "0.4", "--no-process", "-nH", "--columns", "state,verdict"]
    func output(_ words: [String]) throws -> String {
      let outcome = try Namespace.shell(Self.python("flood(accept())", [words]))
      return outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    #expect(
      try output(short + ["verdict=peer-not-reading"]) == "0 ESTABLISHED peer-not-reading")
    #expect(try output(short + ["verdict=loss,no-reply"]) == "1")
    // The listener has none.
    #expect(!(try output(short + ["verdict!=ok"]).contains("LISTENING")))
    #expect(try output(short + ["listening"]) == "0 LISTENING -")
    #expect(try output(["verdict=slow"]).hasPrefix("2 sockeye: "))
    #expect(
      try output(["stats", "-n", "--for", "0.4", "--by", "verdict", "--sum", "recv_q", "rport>0"])
        .contains("peer-not-reading 1 0"))
    #expect(
      try output(["--json", "--for", "0.4", "--columns", "verdict", "--no-process", "listening"])
        .contains("\"verdict\":null"))
  }

  @Test func itIsNotKnownOverProc() throws {
    let outcome = try Program.shell(
      "$SOCKEYE --for 0.1 --proc-root \(fixturePath("proc")) verdict=ok")
    #expect(outcome.status == 4 && outcome.errors.contains("can't tell"))
  }
}
