import TestSupport
import Testing

/// `--redact` in a namespace where everything has an odd name: none of them may be in any form.
@Suite(.enabled(if: Namespace.isAvailable, "\(Namespace.requirement)")) struct RedactCommandTests {
  private static let forms = [
    "", "-n", "--long -e -i -m -o", "-e -i -m -o", "--json -e -i -m -o", "--ndjson --host-record",
    "--csv", "--csv --columns all,host,time,machine_id,boot_id,command,owners,netns_name",
    "-x --json", "-x --csv", "-x", "--verbose", "-r --timeout 0.1", "oddproc", "oddprox",
    "process=oddproc --columns command,owner", "stats", "stats --json", "stats --csv",
    "stats --by process", "stats --by remote_address --json", "stats --by user,process --csv",
    "stats --by unit", "stats --by service", "--sort remote_address --json",
    "watch --count 1", "watch --count 4 --interval 0.2 --ndjson",
    "watch --count 4 --interval 0.2 --events", "--format ss -tupnxe", "--format ss -tpio",
    "--format netstat -tunape", "--format netstat -xa", "--format lsof -i -P",
    "--format lsof -n -i -F pcLn", "--json 10.77.66.55", "--ndjson process=oddproc",
  ]

  @Test func nothingOfTheOriginalIsLeft() throws {
    let forms = Self.forms.map {
      $0.replacing("all,", with: "local,remote,interface,user,process,cgroup,")
    }
    let outcome = try Namespace.shell(
      """
      d=$(mktemp -d); cd "$d"; trap 'kill $P; rm -r "$d"' EXIT
      ip link add oddif0 type veth peer name oddif1; ip link set oddif0 up
      ip addr add 10.77.66.55/32 dev oddif0; ip addr add 9.87.65.43/32 dev oddif0
      ip -6 addr add fd77:6655:4433::55/128 dev oddif0 nodad
      python3 -c '
      import ctypes, signal, socket, time
      ctypes.CDLL(None).prctl(15, b"oddproc")
      kept = []
      for family, address in ((2, "10.77.66.55"), (2, "9.87.65.43"), (10, "fd77:6655:4433::55")):
          s = socket.socket(family); s.bind((address, 0)); s.listen(5)
          c = socket.socket(family); c.connect(s.getsockname()); kept += [s, c, s.accept()[0]]
      s.setsockopt(1, 25, b"oddif0")
      u = socket.socket(1); u.bind("\\0oddabstract"); u.listen()
      p = socket.socket(1); p.bind("oddpath.sock"); p.listen()
      open("ready", "w"); signal.alarm(60)
      while True:
          c = socket.create_connection(kept[0].getsockname()); a = kept[0].accept()[0]
          time.sleep(0.05); c.close(); a.close(); time.sleep(0.05)' oddargument & P=$!
      until [ -e ready ] || ! kill -0 $P; do sleep 0.01; done
      host=$(uname -n); machine=$($SOCKEYE --csv -H --columns machine_id | head -1 | tr -d '\\r')
      seen=0
      while read -r form; do
        timeout 30 $SOCKEYE $form --redact > out 2> err
        for word in oddif 10.77.66.55 9.87.65.43 fd77: oddabstract oddpath oddargument "${machine:-no-machine-id}"; do
          grep -qF "$word" out err && echo "$form: $word"
        done
        grep -qF oddproc out && echo "$form: oddproc"
        grep -qwF "$host" out && echo "$form: host"
        [ -s out ] && seen=$((seen + 1))
      done <<'END'
      \(forms.joined(separator: "\n"))
      END
      echo "$seen forms"
      # Whether all was found is asked of the originals.
      $SOCKEYE --format lsof --redact -nP -a -c oddproc -i @10.77.66.55 > out; echo "lsof $?"
      $SOCKEYE --redact -n established | grep -qE '192.0.2.1:[0-9]+ +192.0.2.1:' && echo both ends
      """)
    let lines = outcome.lines.map(String.init)
    #expect(lines.count == 3 && lines[1] == "lsof 0", "\(lines) \(outcome.errors)")
    #expect(lines.last == "both ends")
    #expect(lines.first == "\(Self.forms.count) forms", "\(lines)")
  }

  @Test func theHostHasALineOfItsOwn() throws {
    let outcome = try Namespace.shell(
      """
      ip link add d0 type veth peer name d1; ip link set d0 up; ip addr add 10.77.66.54/32 dev d0
      $SOCKEYE --host-record; $SOCKEYE --json --host-record 2>&1; echo $?
      """)
    let lines = outcome.lines.map(String.init)
    #expect(lines.count == 3, "\(lines)")
    #expect(lines[0].hasPrefix(#"{"schema":1,"kind":"host","host":"#))
    #expect(lines[0].contains("\"10.77.66.54\"") && lines[0].contains(#""incomplete":false"#))
    #expect(lines[1].contains("--json") && lines[1].contains("--ndjson"))
    #expect(lines[2] == "2")
  }
}
