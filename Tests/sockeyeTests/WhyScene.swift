import Glibc
import TestSupport

/// A Python program that holds a port, in a network namespace of its own, and what `why` says beside it.
enum WhyScene {
  static let isRoot = geteuid() == 0 && Namespace.isAvailable

  /// What a program may use.
  private static let prelude = """
    import ctypes, os, signal, socket, sys, threading, time
    os.closerange(3, 1 << 20)
    kept = []
    def made(address, port, options, kind):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        s = socket.socket(family, kind)
        for option in options: s.setsockopt(*option)
        s.bind((address, port)); kept.append(s)
        return s
    REUSE, SHARE = (1, 2, 1), (1, 15, 1)
    V6ONLY, DUAL = (41, 26, 1), (41, 26, 0)
    LOOPBACK = (1, 25, b"lo")
    def bound(address, port, *options): return made(address, port, options, socket.SOCK_STREAM)
    def datagrams(address, port, *options): return made(address, port, options, socket.SOCK_DGRAM)
    def listener(address, port, *options, backlog=8):
        s = bound(address, port, *options); s.listen(backlog)
        return s
    def client(s):
        c = socket.create_connection(s.getsockname()[:2]); kept.append(c)
        return c
    def pair(s):
        c = client(s); a = s.accept()[0]; kept.append(a)
        return c, a
    def close(s): s.close(); kept.remove(s)

    """

  /// Runs a shell script beside it. The program's pid is `$PID`, written as PID, as is that of its
  /// first child, `CHILD`, if it prints one; `before` is run first.
  static func beside(
    _ program: String, before: String = "", _ script: String
  ) throws -> Program.Outcome {
    try Namespace.shell(
      """
      dir=$(mktemp -d); chmod 755 $dir; cp "$SOCKEYE" $dir/sockeye; chmod 755 $dir/sockeye
      SOCKEYE=$dir/sockeye
      \(before)
      cat > $dir/program <<'END'
      \(prelude)
      \(program)
      print(os.getpid(), flush=True)
      signal.alarm(300)
      while True: signal.pause()
      END
      python3 -u $dir/program $dir > $dir/ready &
      PID=$!
      looks=0
      until [ -s $dir/ready ]; do
        kill -0 $PID || exit 99
        looks=$((looks + 1)); [ $looks -lt 3000 ] || { kill $PID; exit 98; }
        sleep 0.01
      done
      (\(script)) 2>&1 | sed "s|$dir|DIR|g; s|$PID|PID|g"
      kill -CONT $PID 2>/dev/null; kill $PID 2>/dev/null; wait $PID 2>/dev/null
      rm -r $dir
      """)
  }

  /// What `why` answered: its exit code, names of findings by their order, and what it wrote.
  struct Answer {
    let status: String
    let verdict: String
    let findings: [String]
    let text: String
  }

  static func ask(
    _ arguments: String, beside program: String = "", before: String = "", as user: String = ""
  ) throws -> Answer {
    let outcome = try beside(
      program, before: before,
      """
      \(user) $SOCKEYE why \(arguments) --json > $dir/json; echo $?
      # Others' namespaces are no part of the scene.
      jq -r '.verdict, ([.findings[] | .name | select(. != "other-namespace")] | join(" "))' $dir/json
      \(user) $SOCKEYE why \(arguments)
      """)
    let lines = outcome.lines.map(String.init)
    guard lines.count > 3 else {
      return Answer(
        status: "", verdict: "", findings: [], text: outcome.output + outcome.errors)
    }
    return Answer(
      status: lines[0], verdict: lines[1],
      findings: lines[2].split(separator: " ").map(String.init),
      text: lines[3...].joined(separator: "\n"))
  }

  static let nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups"
}
