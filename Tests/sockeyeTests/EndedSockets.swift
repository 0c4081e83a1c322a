import TestSupport

/// Sockets that may be ended, in a network namespace of their own: a process `$HOLDER` has them in states that hold
/// still, and tells what it sees of each at its own and at the other end once it gets SIGUSR1.
enum EndedSockets {
  static func run(_ script: String) throws -> Program.Outcome {
    try Namespace.shell(scene + script)
  }

  /// `say WORDS…` runs sockeye and prints what came of each target, each kind once, and the exit code;
  /// `seen` prints what the holder saw. Every socket's cookie is in `cookies`.
  static let scene = """
    HERE=$(mktemp -d); cd "$HERE"; chmod 755 .
    unset SSH_CONNECTION
    cat > holder.py <<'END'
    import errno, os, signal, socket, struct, sys
    signal.alarm(120)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    kept, watched = [], []
    def listener(port, backlog=16, host="127.0.0.1", **options):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        s = socket.socket(family, socket.SOCK_STREAM, options.get("protocol", 0))
        if options.get("shared"): s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if options.get("deferred"): s.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 30)
        if host == "::": s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        s.bind((host, port)); s.listen(backlog); kept.append(s); return s
    def client(port, host="127.0.0.1", protocol=0, source=None):
        c = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, protocol)
        if source: c.bind((host, source))
        c.connect((host, port)); kept.append(c); return c
    def pair(port, host="127.0.0.1", at=None, **options):
        l = listener(port, host=host, **options); c = client(port, at or host, options.get("protocol", 0))
        a, _ = l.accept(); kept.append(a); return a, c
    def watch(name, owner, peer): watched.append((name, owner, peer))
    def fill(s):
        s.setblocking(False)
        try:
            while True: s.send(bytes(65536))
        except BlockingIOError: pass

    watch("established", *pair(7001))
    a, c = pair(7002); c.shutdown(socket.SHUT_WR); watch("close-wait", a, c)
    a, c = pair(7003); c.shutdown(socket.SHUT_WR); watch("fin-wait-2", c, a)
    a, c = pair(7004); fill(c); c.close(); watch("fin-wait-1", None, a)
    a, c = pair(7005); fill(a); c.shutdown(socket.SHUT_WR); a.close(); watch("last-ack", None, c)
    a, c = pair(7006); c.close(); a.recv(1); a.close()
    full = listener(7007, backlog=0); client(7007)
    c = socket.socket(); c.setblocking(False); c.connect_ex(("127.0.0.1", 7007)); kept.append(c)
    watch("syn-sent", c, None)
    listener(7008, deferred=True); client(7008)
    l = listener(7009); c = client(7009); watch("queued", l, c)
    listener(7010)
    for _ in range(4): listener(7011, shared=True)
    b = socket.socket(); b.bind(("127.0.0.1", 7012)); kept.append(b)
    u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.bind(("127.0.0.1", 7014)); kept.append(u)
    v = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); v.connect(("127.0.0.1", 7014)); kept.append(v)
    watch("udp", u, None); watch("udp-connected", v, None)
    watch("ipv6", *pair(7015, "::1")); watch("mapped", *pair(7016, "::", "127.0.0.1"))
    try: watch("mptcp", *pair(7017, protocol=262))
    except OSError: pass
    x = socket.socket(socket.AF_UNIX); x.bind("\\0ended"); x.listen(); kept.append(x)
    print("READY", flush=True)

    def see(s):
        if s is None: return "-"
        error = s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error: return errno.errorcode[error]
        if s.type == socket.SOCK_DGRAM: return "alive"
        s.setblocking(False)
        try:
            while True:
                data = s.recv(1 << 20)
                if not data: return "end"
        except BlockingIOError: return "alive"
        except OSError as e: return errno.errorcode[e.errno]
    while True:
        signal.sigwait({signal.SIGUSR1})
        for name, owner, peer in watched:
            if name == "queued":
                owner.setblocking(False)
                try: owner, _ = owner.accept()
                except OSError as e: owner = None
            print(name, see(owner), see(peer))
        print("SEEN", flush=True)
    END
    python3 -u holder.py > seen & HOLDER=$!
    trap 'kill -9 $HOLDER 2> /dev/null' EXIT
    until grep -q READY seen; do sleep 0.01; kill -0 $HOLDER || exit 9; done
    say() {
      $SOCKEYE "$@" --json > answer 2> errors; code=$?
      echo $(jq -r '.targets[].outcome' answer | sort -u) $code
    }
    seen() {
      : > seen; kill -USR1 $HOLDER
      until grep -q SEEN seen; do sleep 0.01; kill -0 $HOLDER || exit 9; done
      tr -d '\\000' < seen | grep -v SEEN
    }
    cookies() { $SOCKEYE -tu --json | jq '.sockets[] | select(.state != "BOUND") | .cookie' | sort; }

    """
}
