import TestSupport
import Testing

/// What the kernel refuses is told with what can be done about it.
@Suite struct ErrorHintTests {
  // They said "no route from here" and "127.0.0.1 is not an address of this host".
  @Test(
    .enabled(if: Namespace.isAvailable, "\(Namespace.requirement)"),
    arguments: [
      "demo", "connect 8080", "connect 127.0.0.1:8080", "probe 127.0.0.1:8080", "serve 0",
      "serve [::1]:0",
    ])
  func withoutLoopbackEveryCommandSaysWhatToDo(command: String) throws {
    let outcome = try Namespace.shell(
      "ip address flush dev lo; ip link set lo down; timeout 10 $SOCKEYE \(command) 2>&1 < /dev/null || true"
    )
    let words = "this host's loopback interface is down or has no address; try: ip link set lo up"
    #expect(outcome.output.contains(words))
  }

  // It said "Too many open files" alone.
  @Test func aLimitOfThisProcessIsNamed() throws {
    for (limit, command) in [(6, "watch --count 1"), (5, "--source diag")] {
      let outcome = try Program.shell("ulimit -n \(limit); exec $SOCKEYE \(command)")
      if outcome.status == 0 { continue }
      #expect(outcome.status == 3)
      #expect(
        outcome.errors.contains(
          ": Too many open files (this process may open \(limit), see ulimit -n)\n"),
        "\(outcome.errors)")
      #expect(!outcome.errors.contains("--source proc"))
    }
  }
}
