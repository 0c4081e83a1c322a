import TestSupport
import Testing

/// What a shell sees of `serve`, and who reads its log.
@Suite(.enabled(if: Namespace.isAvailable, "\(Namespace.requirement)"))
struct ServeCommandTests {
  @Test func theOneTooManyIsToldSoAndCounted() throws {
    let outcome = try Namespace.shell(
      """
      log=$(mktemp)
      $SOCKEYE serve 7000 --max-connections 1 --log > "$log" &
      SERVER=$!
      $SOCKEYE wait -q 7000
      $SOCKEYE connect 7000 --message x --hold=60 > /dev/null 2>&1 &
      FIRST=$!
      until grep -q '^+' "$log"; do sleep 0.02; done
      $SOCKEYE connect 7000 < /dev/null > /dev/null 2>&1 || echo "the second: $?"
      $SOCKEYE -H --no-process -q established lport=7000 || echo "the first is gone"
      kill $FIRST; wait $FIRST || echo "the first: $?"
      until grep -q '^-' "$log"; do sleep 0.02; done
      kill $SERVER; wait $SERVER || echo "the server: $?"
      cat "$log"
      rm "$log"
      """)
    #expect(outcome.lines.first == "listening on 127.0.0.1:7000", "\(outcome.output)")
    #expect(
      outcome.lines.contains {
        $0.hasSuffix(" rejected: the limit is 1 client (--max-connections)")
      })
    #expect(
      outcome.lines.last
        == "served 1 client, received 1 byte, sent 1 byte, rejected 1", "\(outcome.output)")
  }

  @Test func aLogThatNobodyReadsEndsIt() throws {
    let outcome = try Namespace.shell(
      """
      { $SOCKEYE serve 7000 --log; echo "exit $?" >&2; } | head -n 2 | grep -c . &
      $SOCKEYE wait -q 7000
      until $SOCKEYE wait -q 7000 --free --timeout 0.01; do
        $SOCKEYE connect 7000 --message hello > /dev/null 2>&1
      done
      wait
      """)
    #expect(outcome.output == "2\n")
    #expect(outcome.errors.hasSuffix("exit 0\n"), "\(outcome.errors)")
  }

  // A pipe that was full held every client up.
  @Test func clientsDoNotWaitForWhoReadsTheLog() throws {
    let outcome = try Namespace.shell(
      """
      pipe=$(mktemp -u)
      mkfifo "$pipe"
      exec 3<> "$pipe"
      $SOCKEYE serve 7000 --log >&3 & SERVER=$!
      $SOCKEYE wait -q 7000
      for round in 1 2 3; do
        $SOCKEYE connect 7000 --connections 500 --message x --timeout 20 2> /dev/null | wc -c
      done
      kill $SERVER; wait $SERVER; echo "exit $?"
      rm "$pipe"
      """)
    #expect(outcome.output == "500\n500\n500\nexit 0\n", "\(outcome.errors)")
    #expect(outcome.errors.contains(" lines of the log dropped: they were not read in time\n"))
  }

  @Test func theLogTellsWhatItLacks() throws {
    let outcome = try Namespace.shell(
      """
      pipe=$(mktemp -u)
      mkfifo "$pipe"
      exec 3<> "$pipe"
      $SOCKEYE serve 7000 --log >&3 & SERVER=$!
      $SOCKEYE wait -q 7000
      $SOCKEYE connect 7000 --connections 2000 --message x > /dev/null 2>&1
      cat < "$pipe" > "$pipe.log" & CAT=$!
      until grep -q 'not read in time' "$pipe.log"; do
        $SOCKEYE connect 7000 --message x > /dev/null 2>&1
      done
      kill $SERVER $CAT
      grep -c '^! [0-9,]* lines dropped: not read in time$' "$pipe.log"
      rm "$pipe" "$pipe.log"
      """)
    #expect(outcome.output == "1\n", "\(outcome.errors)")
  }
}
