import TestSupport
import Testing

/// What `wait` says of a port of this host, by the kernel's table.
@Suite(.enabled(if: Namespace.isAvailable, "\(Namespace.requirement)"))
struct WaitCommandTests {
  // A port was called free to which somebody was bound: bind(2) still failed.
  @Test func aPortThatSomebodyIsBoundToIsNotFree() throws {
    let outcome = try Namespace.shell(
      """
      table=$(mktemp)
      $SOCKEYE demo --states --hold=60 --csv --columns state,local_port -H > "$table" & PID=$!
      until grep -q '^BOUND' "$table"; do sleep 0.02; kill -0 $PID || break; done
      port=$(sed -n 's/^BOUND,\\([0-9]*\\).*/\\1/p' "$table" | head -n 1)
      $SOCKEYE wait $port --free --timeout 0 2>&1 | sed "s/$port/PORT/g; s/$PID/PID/"
      $SOCKEYE wait $port --free --timeout 0 -q; echo $?
      $SOCKEYE wait $port --timeout 0 -q; echo $?
      kill $PID; wait $PID
      $SOCKEYE wait $port --free -q; echo $?
      rm "$table"
      """)
    let sentence = "sockeye: port PORT is not free: PID/sockeye is bound to 127.0.0.1:PORT"
    #expect(outcome.output == "\(sentence)\n124\n124\n0\n", "\(outcome.errors)")
  }

  @Test func whoHoldsThePortIsNamedAtTheEnd() throws {
    let outcome = try Namespace.shell(
      """
      $SOCKEYE serve 7000 > /dev/null & PID=$!
      $SOCKEYE wait -q 7000
      $SOCKEYE wait 7000 --free --timeout 0.05 2>&1 | sed "s/$PID/PID/"
      kill $PID
      """)
    #expect(
      outcome.output
        == "sockeye: port 7000 is not free: PID/sockeye listens on 127.0.0.1:7000\n")
  }

  // A process's name could put a line of its own on standard error.
  @Test func aNameWithANewlineForgesNoLine() throws {
    let outcome = try Namespace.shell(
      """
      folder=$(mktemp -d)
      ln -s "$SOCKEYE" "$folder/a
      sockeye: FAKE"
      "$folder/a
      sockeye: FAKE" serve 7000 > /dev/null & PID=$!
      $SOCKEYE wait 7000 2>&1 | sed "s/$PID/PID/"
      kill $PID
      rm -r "$folder"
      """)
    #expect(
      outcome.output == "sockeye: PID/a\\nsockeye: FAKE listens on 127.0.0.1:7000\n")
  }

  // A pattern was held against names that nobody had looked up: it never matched.
  @Test func aPatternIsHeldAgainstNames() throws {
    let outcome = try Namespace.shell(
      """
      $SOCKEYE serve 7000 > /dev/null & PID=$!
      $SOCKEYE wait -q 7000
      $SOCKEYE wait -q 7000 'user=ro*' --timeout 0; echo $?
      $SOCKEYE wait -q 7000 'user=ro*' --timeout 0 --free; echo $?
      $SOCKEYE wait -q 7000 'user=nob*' --timeout 0; echo $?
      $SOCKEYE wait -q 7000 'user=nob*' --timeout 0 --free; echo $?
      kill $PID
      """)
    #expect(outcome.output == "0\n124\n124\n0\n")
  }
}
