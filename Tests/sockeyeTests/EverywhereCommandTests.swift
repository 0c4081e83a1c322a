import Glibc
import LinuxSystem
import TestSupport
import Testing

/// Many network namespaces at once, each with the same addresses and ports, in a mount namespace of the
/// test's own.
@Suite(.serialized, .enabled(if: geteuid() == 0, "needs root"))
struct EverywhereCommandTests {
  /// `N` namespaces `sb0`…, each with 10 listeners and 5 connections, both ends of which one process holds
  /// (`HOLDER`), and a veth pair from here to `sb0`, whose end here is gone with that namespace.
  private static let scene = """
    mount -t tmpfs none /run; mkdir /run/netns; cd "$(mktemp -d)"
    cat > scene.py <<'END'
    import ctypes, fcntl, os, signal, socket, struct, sys
    libc = ctypes.CDLL(None, use_errno=True)
    kept, home = [], os.open("/proc/self/ns/net", 0)
    for i in range(int(sys.argv[1])):
        path = f"/run/netns/sb{i}"
        open(path, "w").close()
        assert libc.unshare(0x40000000) == 0
        assert libc.mount(b"/proc/thread-self/ns/net", path.encode(), None, 4096, None) == 0
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        fcntl.ioctl(s, 0x8914, struct.pack("16sh22x", b"lo", 1)); s.close()
        listeners = []
        for k in range(10):
            s = socket.socket(); s.setsockopt(1, 2, 1); s.bind(("127.0.0.1", 7000 + k)); s.listen()
            listeners.append(s)
        for k in range(5):
            c = socket.socket(); c.bind(("127.0.0.1", 7500 + k)); c.connect(("127.0.0.1", 7000 + k))
            kept += [c, listeners[k].accept()[0]]
        kept += listeners
    libc.setns(home, 0)
    print("READY", flush=True)
    signal.pause()
    END
    touch ready frames
    python3 scene.py $N > ready & HOLDER=$!
    until grep -q READY ready; do sleep 0.01; kill -0 $HOLDER || exit 9; done
    trap 'kill $HOLDER $OTHERS 2>/dev/null; umount /run/netns/sb* 2>/dev/null' EXIT

    """

  private func run(_ count: Int, _ script: String) throws -> Program.Outcome {
    try Program.run(
      ["/usr/bin/env", "unshare", "-m", "-n", "/bin/sh", "-c", Self.scene + script],
      environment: ["SOCKEYE": Program.sockeye, "N": "\(count)"])
  }

  @Test func everyRowIsThereWithItsOwnerAndNamespace() throws {
    let outcome = try run(
      12,
      """
      $SOCKEYE --everywhere --csv --columns netns_name,netns,state,local_port,pid 'netns_name=sb*' > all
      python3 - $N $HOLDER <<'END'
      import collections, csv, os, sys
      count, holder = int(sys.argv[1]), sys.argv[2]
      rows = list(csv.DictReader(open("all", newline="")))
      print(len(rows) == 20 * count, {r["pid"] for r in rows} == {holder})
      print(set(collections.Counter(r["netns_name"] for r in rows).values()))
      print(all(os.stat(f"/run/netns/{r['netns_name']}").st_ino == int(r["netns"]) for r in rows))
      print(sorted(collections.Counter(r["state"] for r in rows).items()) ==
          [("ESTABLISHED", 10 * count), ("LISTENING", 10 * count)])
      END
      """)
    #expect(
      outcome.lines == ["True True", "{20}", "True", "True"], "\(outcome.output) \(outcome.errors)")
  }

  // Also while connections come and go: those that were there before and after are there, and the same.
  @Test func theyAreTheRowsOfEachNamespaceByItself() throws {
    let outcome = try run(
      20,
      """
      cat > churn.py <<'END'
      import os, socket, sys
      file, made = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY), 0
      l = socket.socket(); l.bind(("127.0.0.1", 0)); l.listen(64)
      print("READY", flush=True)
      while True:
          c = socket.socket(); c.connect(l.getsockname()); a, _ = l.accept()
          c.setsockopt(1, 13, b"\\1\\0\\0\\0\\0\\0\\0\\0"); c.close(); a.close()
          made += 1; os.pwrite(file, b"%d" % made, 0)
      END
      for i in 0 3 7; do
        touch churned; ip netns exec sb$i python3 churn.py made.$i > churned & OTHERS="$OTHERS $!"
        until grep -q READY churned; do sleep 0.01; done; rm churned
      done
      each() { for i in $(seq 0 $((N - 1))); do
        ip netns exec sb$i $SOCKEYE --ndjson -ei > $1.$i; done; }
      made() { echo "$(date +%s.%N)" $(cat made.0) $(cat made.3) $(cat made.7); }
      made > rate; each before
      $SOCKEYE --everywhere --ndjson -ei 'netns_name=sb*' > all; each after; made >> rate
      python3 - $N <<'END'
      import json, sys
      FIELDS = ["protocol", "state", "local_address", "local_port", "remote_address", "remote_port", "uid",
          "inode", "owners", "interface", "owner_status", "cgroup", "mark"]
      def read(name, of=None):
          rows = map(json.loads, open(name))
          return {(r["cookie"], r["state"]): [r[f] for f in FIELDS] for r in rows
              if of is None or r["netns_name"] == of}
      missing = different = compared = 0
      for i in range(int(sys.argv[1])):
          before, after, both = read(f"before.{i}"), read(f"after.{i}"), read("all", f"sb{i}")
          for key in before.keys() & after.keys():
              compared += 1
              missing += key not in both
              different += key in both and before[key] == after[key] != both[key]
      (start, *first), (end, *last) = [map(float, line.split()) for line in open("rate")]
      made = sum(last) - sum(first)
      print(missing, different, compared >= 20 * int(sys.argv[1]), made > 0)
      print(f"{made / (end - start):.0f} connections a second, {compared} rows", file=sys.stderr)
      END
      """)
    #expect(outcome.lines == ["0 0 True True"], "\(outcome.output) \(outcome.errors)")
  }

  /// In kB; a sanitizer keeps what was freed.
  private static let growth = Program.isSanitized ? 1 << 20 : 8192

  // The socket that asks a namespace keeps it alive.
  @Test func watchingHoldsNoNamespaceAndNoDescriptor() throws {
    let outcome = try run(
      12,
      """
      ip link add here type veth peer name there netns sb0
      $SOCKEYE watch --everywhere --interval 0.1 'netns_name=sb*' > frames & WATCH=$!; OTHERS=$WATCH
      frames() { until [ "$(grep -c Proto frames)" -ge $1 ]; do sleep 0.05; kill -0 $WATCH || exit 9; done; }
      fewest() { for i in $(seq 100); do ls /proc/$WATCH/fd | wc -l; done | sort -n | head -1; }
      memory() { awk '/VmRSS/ { print $2 }' /proc/$WATCH/status; }
      frames 5; F=$(fewest); M=$(memory)
      frames 40; [ "$(fewest)" = "$F" ] && echo descriptors
      [ $(($(memory) - M)) -lt \(Self.growth) ] && echo memory
      kill $HOLDER; wait $HOLDER; umount /run/netns/sb*
      for i in $(seq 500); do ip link show here > /dev/null 2>&1 || break; sleep 0.02; done
      ip link show here > /dev/null 2>&1 || echo gone
      kill -0 $WATCH && echo watches
      """)
    #expect(
      outcome.lines == ["descriptors", "memory", "gone", "watches"],
      "\(outcome.output) \(outcome.errors)")
  }
}
