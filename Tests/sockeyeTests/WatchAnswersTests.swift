import SocketModel
import TestSupport
import Testing

/// What the live view answers where a part is missing, or nothing matches.
@Suite struct WatchAnswersTests {
  /// It waited for ever: refreshes that failed did not count.
  @Test(.enabled(if: !Program.isSanitized, "a sanitizer opens files of its own"))
  func endsWhenAsManyRefreshesFailAsWereAskedFor() throws {
    let found = try Program.shell(
      """
      $SOCKEYE watch --interval 0.1 --count 50 --no-process tcp port=0 > $$.out 2>&1 & pid=$!
      while kill -0 $pid && ! grep -q Proto $$.out; do sleep 0.01; done
      # No descriptor that is not in use: poll(2) takes no more than there may be.
      while kill -0 $pid 2> /dev/null; do
        free=0; while [ -e /proc/$pid/fd/$free ]; do free=$((free + 1)); done
        prlimit --pid $pid --nofile=$free:4096
        grep -q "Too many open files" $$.out && break; sleep 0.02
      done
      wait $pid; echo $?; tail -1 $$.out; rm $$.out
      """.replacing("$$.out", with: "/tmp/sockeye-watch-$$"))
    #expect(
      found.output.hasPrefix(
        "3\nsockeye: watch: 50 refreshes in a row failed: can't ask the kernel: Too many open files"
      ),
      "\(found.output) \(found.errors)")
  }

  @Test(arguments: [["--count", "1"], ["--events", "--count", "1"]])
  func saysWhatServesTheAddress(arguments: [String]) throws {
    let pair = try LoopbackPair(on: .unspecified(.ipv4))
    let found = try Program.run(
      [Program.sockeye, "watch", "-n", "-l", "127.0.0.1:\(pair.port)", "--interval", "0.1"]
        + arguments)
    #expect(found.status == 0)
    let port = pair.port
    let sentence = "nothing listens on 127.0.0.1:\(port) itself; 0.0.0.0:\(port) serves it"
    #expect((found.output + found.errors).contains(sentence), "\(found.output)")
  }

  @Test func saysThatBoundSocketsAreNotKnown() throws {
    let found = try Program.shell(
      "$SOCKEYE watch --count 1 --source proc --proc-root \(fixturePath("proc"))")
    #expect(found.output.prefix { $0 != "\n" }.contains("; BOUND not known"))
    let whole = try Program.shell(
      "$SOCKEYE watch --count 1 -u --source proc --proc-root \(fixturePath("proc"))")
    #expect(!whole.output.contains("not known"))
  }

  /// Nobody goes by `sockey`.
  @Test func takesAWordForTheBeginningOfAName() throws {
    let server = try Pseudoterminal([Program.sockeye, "serve", "127.0.0.1:0"])
    #expect(server.wait { $0.text.contains("\r\n") })
    let port = try #require(server.text.firstMatch(of: /127\.0\.0\.1:(\d+)/)?.1)
    let found = try Program.run("watch", "-n", "--count", "1", "sockey", "lport=\(port)")
    #expect(found.output.contains("\(server.pid)/sockeye"))
    #expect(found.output.prefix { $0 != "\n" }.contains("; sockey taken as sockey*"))
  }
}
