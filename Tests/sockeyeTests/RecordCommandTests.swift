import Glibc
import TestSupport
import Testing

/// `record` and `--from`, in a network namespace of the test's own.
@Suite(.serialized, .enabled(if: Namespace.isAvailable, "\(Namespace.requirement)"))
struct RecordCommandTests {
  /// `start ARGUMENTS` records in the background, `stop` ends that; `looks N` waits for so many tables more;
  /// `load` makes connections on end; `check FILE…` says what is in recordings, by a reader of its own.
  private static let tools = """
    d=$(mktemp -d); cd "$d"; trap 'kill -9 $R $L 2>/dev/null; cd /; rm -rf "$d"' EXIT
    start() { "$SOCKEYE" record --every 100ms "$@" & R=$!; }
    stop() { kill $R; wait $R; echo "exit $?"; }
    looks() {
      n=$(grep -c '"record":"sample"' f); until [ $(grep -c '"record":"sample"' f) -ge $((n + $1)) ]
      do kill -0 $R || return 1; sleep 0.02; done
    }
    until_file() { until [ -s "$1" ]; do kill -0 $R || return 1; sleep 0.02; done; }
    cat > load.py <<'END'
    import signal, socket, sys, time
    s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("127.0.0.1", 1011)); s.listen(50); signal.alarm(300)
    kept = [socket.create_connection(("127.0.0.1", 1011)) for _ in range(5)]
    kept += [s.accept()[0] for _ in range(5)]
    open("ready", "w"); n = 0
    while sys.argv[1] == "load":
        n += 1; time.sleep(0.002)
        c = socket.create_connection(("127.0.0.1", 1011), source_address=("127.0.0.%d" % (n % 9 + 2), 0))
        a = s.accept()[0]; c.send(b"x" * 100); a.recv(100); c.close(); a.close()
        if n % 50 == 0:
            kept.append(socket.create_connection(("127.0.0.1", 1011))); kept.append(s.accept()[0])
            kept.pop(0).close()
    signal.pause()
    END
    load() { rm -f ready; python3 load.py $1 & L=$!; until [ -e ready ]; do sleep 0.01; done; }
    cat > check.py <<'END'
    import json, sys
    for path in sys.argv[1:]:
        rows, whole, tables, briefs, bad, kinds = {}, None, 0, 0, 0, []
        for number, line in enumerate(open(path, "rb")):
            assert line.endswith(b"\\n"), "the last line is cut"
            one = json.loads(line)
            if number == 0: assert one["record"] == "start", one
            kind = one.get("record")
            if kind in ("start", "gap", "end"): kinds.append(kind); whole = None
            if kind in ("start", "gap"): rows = {}
            if kind == "brief": briefs += one["connections"]
            if kind == "sample":
                tables += 1
                if len(rows) != one["rows"]: bad += 1
            if "event" in one:
                if one["event"] == "closed": rows.pop(one["id"], None)
                else: rows[one["id"]] = True
                assert one["state"] != "TIME_WAIT", one
        print(path, "tables" if tables else "empty", "wrong", bad, *kinds, "briefs" if briefs else "none")
    END
    check() { python3 check.py "$@"; }

    """

  private func shell(_ script: String) throws -> Program.Outcome {
    try Namespace.shell(Self.tools + script)
  }

  @Test func replaysToWhatWasSeen() throws {
    let outcome = try shell(
      """
      load load; start f; until_file f; looks 8
      kill -STOP $L; looks 3
      # The owners of what is new wait for the next lookup, on a busy host for some tables.
      while "$SOCKEYE" --from f --ndjson 2>/dev/null | grep -qE '"owner_status":(null|"hidden")'; do looks 1; done
      # The list binds a socket of its own for a moment, which a look at that time tells of.
      "$SOCKEYE" -tu --ndjson --columns local 'state!=time_wait' > beside; looks 2; stop
      "$SOCKEYE" --from f --ndjson > replayed 2> said
      cat > same.py <<'END'
      import json
      def table(path):
          own = ("schema", "host", "time", "query", "sees_all", "incomplete", "event", "id", "first_seen")
          rows = [json.loads(line) for line in open(path)]
          names = [k for k in rows[0] if k not in own] if path == "beside" else known
          return names, sorted(json.dumps([row[k] for k in names]) for row in rows)
      known, seen = table("beside"); _, replayed = table("replayed")
      print(len(seen) > 10, seen == replayed)
      END
      python3 same.py; check f; stat -c %a f; grep -c "the last of" said
      "$SOCKEYE" stats --from f 2>/dev/null | head -1 > s; [ -s s ] && echo stats
      """)
    #expect(outcome.errors == "")
    #expect(
      outcome.lines == [
        "exit 0", "True True", "f tables wrong 0 start end briefs", "600", "1", "stats",
      ])
  }

  /// Killed at any moment, every line but the last is whole, and what starts again goes on.
  @Test func aKillCostsTheLastLookAlone() throws {
    let outcome = try shell(
      """
      load load; i=0
      while [ $i -lt 8 ]; do
        start --every 100ms f; until_file f
        python3 -c 'import random, time; time.sleep(random.random() * 0.5)'
        kill -9 $R; wait $R 2>/dev/null; i=$((i + 1))
        "$SOCKEYE" --from f > /dev/null 2> said || grep -v 'holds no complete table' said
      done
      start f; looks 2; stop; check f | cut -d' ' -f1-4
      """)
    #expect(outcome.lines == ["exit 0", "f tables wrong 0"])
  }

  @Test func sumsOfShortConnections() throws {
    let outcome = try shell(
      """
      start f; until_file f; looks 1; load load; looks 3; kill $L; looks 2; stop
      # The other ends' ports are in none, also where no table had the listener yet.
      "$SOCKEYE" record --every 60s h & R=$!; until_file h; load load; sleep 0.5; kill $L; stop
      grep '"record":"brief"' h | grep -vc '"port":1011,'
      start --each g; until_file g; load load; sleep 0.5; kill $L; stop
      grep '"record":"brief"' f | grep -c '"direction":"in","remote_address":"127.0.0.3","port":1011,'
      grep '"event":"closed"' g | grep -c '"seen_seconds":null' | sed 's/[1-9][0-9]*/many/'
      grep -c '"record":"brief"' g
      """)
    #expect(outcome.errors == "")
    let lines = outcome.lines.filter { $0 != "exit 0" }
    #expect(lines.count == 4 && lines[0] == "0" && lines[1] != "0")
    #expect(lines.suffix(2) == ["many", "0"])
  }

  @Test func aNewNameIsANewFile() throws {
    let outcome = try shell(
      """
      load still; start f; until_file f; looks 2; mv f old; kill -HUP $R; until_file f; looks 2; stop
      check old f; stat -c %a f
      start --keep 24K k; until_file k.1; kill -0 $R && stop; check k.1 | cut -d' ' -f1-7
      find . -name 'k*' -size +13k | wc -l; ls
      """)
    #expect(outcome.errors == "")
    #expect(
      outcome.lines.prefix(6) == [
        "exit 0", "old tables wrong 0 start end none", "f tables wrong 0 start end none", "600",
        "exit 0", "k.1 tables wrong 0 start end none",
      ])
    #expect(outcome.lines.dropFirst(6).first == "0")
  }

  @Test func whatIsNoFileOfItsOwnIsRefused() throws {
    let outcome = try shell(
      """
      exec 2>&1
      echo mine > t; ln -s t l; "$SOCKEYE" record l; echo $?; "$SOCKEYE" record t; echo $?; cat t
      "$SOCKEYE" record /dev/null; echo $?; mkfifo p; "$SOCKEYE" record p; echo $?
      start f; until_file f; "$SOCKEYE" record f; echo $?; stop
      """)
    #expect(
      outcome.lines == [
        "sockeye: can't write l: it is a symbolic link", "3",
        "sockeye: t is no recording of sockeye record; name another file", "3", "mine",
        "sockeye: can't write /dev/null: it is a device", "3",
        "sockeye: can't write p: it is a pipe", "3",
        "sockeye: f is being written by another sockeye record", "3", "exit 0",
      ])
  }

  @Test(.enabled(if: geteuid() == 0, "needs root"))
  func aFullDiskIsWaitedFor() throws {
    let outcome = try shell(
      """
      mkdir m; load load
      unshare -m sh -c 'mount -t tmpfs -o size=512k tmpfs m; cd m
        "$SOCKEYE" record --every 100ms f 2> ../said & R=$!
        until [ -s f ]; do sleep 0.02; done
        cat /dev/zero > filler 2>/dev/null
        until grep -q "No space left" ../said; do sleep 0.02; done
        rm filler; until grep -q "written again" ../said; do sleep 0.02; done
        kill $R; wait $R; echo "exit $?"; cp f ../f' &
      wait $!
      check f | cut -d' ' -f1-7; grep -c '"record":"gap".*"reason":"No space left on device"' f
      "$SOCKEYE" --from f --ndjson 2>/dev/null | grep -c . | sed 's/[1-9][0-9]*/some/'
      """)
    #expect(outcome.errors == "")
    #expect(outcome.lines == ["exit 0", "f tables wrong 0 start gap end", "1", "some"])
  }

  @Test func aMomentIsAskedFor() throws {
    let outcome = try shell(
      """
      start f; until_file f; looks 1; T=$(date -u +%FT%T.%3NZ); load still; looks 3
      kill $L; wait $L 2>/dev/null; looks 2; stop
      "$SOCKEYE" --from f -q listening port=1011; echo $?
      "$SOCKEYE" --from f --since "$T" -q listening port=1011; echo $?
      "$SOCKEYE" --from f --at "$T" 2>&1 >/dev/null | sed 's/[0-9][-0-9:T.]*Z/T/g; s/[0-9][0-9.]* m\\{0,1\\}s/N/'
      "$SOCKEYE" diff --from f --since "$T" f 2>/dev/null; echo $?
      "$SOCKEYE" watch --events --from f 2>/dev/null | grep -c 'opened tcp 127.0.0.1:1011 LISTENING'
      "$SOCKEYE" --from f --at noon; echo $?
      head -c $(($(stat -c %s f) - 7)) f > cut; "$SOCKEYE" --from cut 2>&1 >/dev/null | head -1
      """)
    #expect(
      outcome.errors
        == "sockeye: 'noon' is no time; type 03:00, '2026-02-28 03:00', 2026-02-28T03:00:00Z or 2h\n"
    )
    let lines = outcome.lines.map(String.init)
    #expect(lines.prefix(3) == ["exit 0", "1", "0"])
    #expect(lines.count > 3 && lines[3].hasPrefix("sockeye: f: the table of T, "))
    #expect(lines.dropFirst(4).prefix(2) == ["0", "1"] || lines.contains("1"))
    #expect(lines.suffix(2).first == "2")
    #expect(
      lines.last == "sockeye: cut is cut off at its end; what is complete before that is read")
  }

  /// A second start of the recorder wrote the same sockets again under other numbers.
  @Test func aSocketThatTwoStartsSawIsOneRow() throws {
    let outcome = try shell(
      """
      load still; start f; until_file f; looks 1; stop; start f; looks 2; stop
      "$SOCKEYE" --from f --since 1h --ndjson port=1011 2>/dev/null | wc -l
      for i in 1 2; do "$SOCKEYE" --ndjson port=1011; done > lines
      "$SOCKEYE" --from lines --since 1h --ndjson 2>/dev/null | wc -l
      "$SOCKEYE" --from lines --since 1h 2>&1 >/dev/null | sed 's/[0-9][-0-9:T.]*Z/T/g'
      "$SOCKEYE" --from lines --at 2h 2>&1 >/dev/null | grep -c ', [12]h[0-9]*m after '
      """)
    #expect(
      outcome.lines == [
        "exit 0", "exit 0", "11", "11", "sockeye: lines: 2 tables, from T to T", "1",
      ], "\(outcome.errors)")
  }

  /// Each table says how many rows it has. Of what came after the last one nothing is known.
  @Test func linesThatAreGoneAreMissed() throws {
    let outcome = try shell(
      """
      load still; start f; until_file f; looks 2; stop
      grep -v '"state":"LISTENING"' f > gone
      for file in f gone; do "$SOCKEYE" --from $file -q listening; echo $?; done 2>&1 | grep -v tables
      "$SOCKEYE" --from f -q listening --since 2099-01-01T00:00:00Z 2>&1 | sed 's/[0-9][-0-9:T.]*Z/T/g'
      """)
    #expect(
      outcome.lines == [
        "exit 0", "0", "sockeye: can't tell: the recording holds less than there was", "4",
        "sockeye: can't tell: the last table of f is of T, before T",
      ], "\(outcome)")
  }

  /// Two hosts are not one table.
  @Test func linesOfTwoHostsAreRefused() throws {
    let outcome = try shell(
      """
      load still; "$SOCKEYE" --ndjson > a; other='s/"host":"[^"]*"/"host":"other"/; s/"boot_id":"[^"]*"/"boot_id":"1"/'
      sed "$other" a > b; cat a b > both
      start f; until_file f; looks 1; stop; (cat f; sed "$other" f) > recorded
      for file in a both recorded; do "$SOCKEYE" --from $file -q listening 2>&1 | grep -c 'several hosts'; done
      "$SOCKEYE" --from both; echo $?; cat a a > twice; "$SOCKEYE" --from twice -q listening; echo $?
      """)
    #expect(outcome.lines == ["exit 0", "0", "1", "1", "3", "0"], "\(outcome)")
  }

  /// What was not asked for when a file was written may have been there: no "no" is told of it.
  @Test func whatAFileWasNotAskedForIsUndecided() throws {
    let outcome = try shell(
      """
      load still
      "$SOCKEYE" -l --json > l; "$SOCKEYE" -4 --ndjson > four; "$SOCKEYE" --json 1011 > port; head -c 1500 four > cut
      try() { "$SOCKEYE" --from "$@" > out 2> errors; echo "$? $(sed 's/^sockeye: //' errors)"; }
      try l -q established; try l -q listening; try l --expect none established; try four -q -6; try four -q udp 53
      try port -q 1; try port -q 1011; try cut -q 1; try l
      "$SOCKEYE" --from four --json udp | tail -1; "$SOCKEYE" --from l --json | tail -1
      "$SOCKEYE" stats --from l 2>/dev/null | grep -E '^(LIST|ESTA)' | tr -s ' '
      """)
    func lacks(_ question: String) -> String {
      "4 can't tell: the recording holds what '\(question)' finds"
    }
    #expect(
      outcome.lines.map(String.init) == [
        lacks("tcp -l"), "0 ", lacks("tcp -l"), lacks("tcp -4"), lacks("tcp -4"),
        lacks("tcp,udp 1011"), "0 ",
        "4 cut is cut off at its end; what is complete before that is read",
        "can't tell: the recording holds less than there was", "0 ",
        #"],"hidden_owners":0,"undecided":null}"#, #"],"hidden_owners":0,"undecided":0}"#,
        "LISTENING 1 - - - 1", "ESTABLISHED - - - - -",
      ], "\(outcome)")
  }

  /// Users, interfaces and control groups of another host have other numbers here, or none.
  @Test func namesInAFileAreCompared() throws {
    let outcome = try shell(
      """
      load still
      "$SOCKEYE" --ndjson -e --columns +interface,cgroup | grep '"local_port":1011,.*"LISTENING"' |
        sed 's/"uid":[0-9]*,"user":[^,]*/"uid":54321,"user":"odduser"/; s/"interface":null/"interface":"oddif9"/' > f
      # The kernel's bytes have no names: those are this host's.
      "$SOCKEYE" --capture bytes > /dev/null
      "$SOCKEYE" --from bytes --ndjson user=root listening | wc -l
      for term in user=odduser user=54321 interface=oddif9 user=root interface=lo user=nosuchuser; do
        echo "$term $("$SOCKEYE" --from f --ndjson "$term" | wc -l)"
      done
      """)
    #expect(outcome.errors == "")
    #expect(
      outcome.lines == [
        "1", "user=odduser 1", "user=54321 1", "interface=oddif9 1", "user=root 0",
        "interface=lo 0", "user=nosuchuser 0",
      ])
  }
}
