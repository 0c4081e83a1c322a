import Glibc
import TestSupport

/// `sockeye trace` beside connections in a network namespace of the test's own.
///
/// `begin OPTIONS…` starts it and waits until it is attached; `finish` ends it with SIGTERM and prints its exit
/// code. What it wrote is in `out` and `errors`. `serve.py PORT…` is a server process for each port, which answers
/// each client with as many bytes as it asks for and closes; `ask.py COUNT PORT…` is a client process for each port,
/// and writes a line for each connection: both ports, bytes sent and received, the client's pid and the server's.
enum TraceScene {
  /// Whether the kernel loads its programs for us.
  static let isAvailable =
    geteuid() == 0 && Namespace.isAvailable
    && (try? Program.run("trace", "--for", "0.01"))?.status == 0
    && (try? Program.run("trace", "-v", "--for", "0.01"))?.errors
      .contains("inet_sock_set_state") ?? false

  static let requirement = "needs root, and a kernel that loads BPF programs"

  static func run(_ script: String) throws -> Program.Outcome {
    try Namespace.shell(scene + script)
  }

  static let scene = """
    HERE=$(mktemp -d); cd "$HERE"; chmod 755 .
    unset SUDO_USER
    trap 'kill $SERVERS 2>/dev/null; rm -rf "$HERE"' EXIT
    cat > serve.py <<'END'
    import os, signal, socket, sys
    for port in map(int, sys.argv[1:]):
        if os.fork() == 0:
            signal.alarm(120)
            open("/proc/self/comm", "w").write("srv%d" % port)
            s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(("127.0.0.1", port)); s.listen(512)
            open("pid.%d" % port, "w").write(str(os.getpid())); open("ready.%d" % port, "w")
            while True:
                c, _ = s.accept()
                want = int.from_bytes(c.recv(4096)[:4], "big")
                c.sendall(bytes(want)); c.close()
    END
    cat > ask.py <<'END'
    import os, socket, sys
    count, ports = int(sys.argv[1]), [int(p) for p in sys.argv[2:]]
    for n, port in enumerate(ports):
        if os.fork(): continue
        open("/proc/self/comm", "w").write("ask%d" % port)
        server = open("pid.%d" % port).read()
        lines = []
        for i in range(count):
            want, extra = (i * 37 + n) % 900, i % 100
            s = socket.socket(); s.connect(("127.0.0.1", port)); own = s.getsockname()[1]
            s.sendall(want.to_bytes(4, "big") + bytes(extra)); got = 0
            while True:
                b = s.recv(65536)
                if not b: break
                got += len(b)
            s.close(); lines.append("%d %d %d %d %d %s" % (own, port, 4 + extra, got, os.getpid(), server))
        open("asked.%d" % port, "w").write("\\n".join(lines) + "\\n")
        os._exit(0)
    while True:
        try: os.wait()
        except ChildProcessError: break
    END
    serve() {
      python3 serve.py "$@"
      for port; do
        until [ -e ready.$port ]; do sleep 0.01; done; SERVERS="$SERVERS $(cat pid.$port)"
      done
    }
    begin() {
      rm -f out errors
      $SOCKEYE trace "$@" > out 2> errors & TRACE=$!
      until grep -qs tracing errors; do kill -0 $TRACE 2>/dev/null || break; sleep 0.01; done
    }
    finish() { kill $TRACE; wait $TRACE; echo "exit $?"; }
    lines() { until [ "$(wc -l < out)" -ge "$1" ]; do sleep 0.01; done; }

    """
}
