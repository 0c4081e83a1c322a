import Glibc
import TestSupport
import Testing

/// Which connections a listener took, and what is at their other ends, in one network namespace and across
/// two.
@Suite(.serialized) struct EndsCommandTests {
  /// A server and a client of a name each, connected over loopback.
  private static let pair = """
    cd "$(mktemp -d)"
    hold() { # NAME READY SCRIPT
      python3 -c "
    import os, signal, socket
    open('/proc/self/comm', 'w').write('$1')
    s = socket.socket()
    $3
    print(os.getpid(), file=open('$2', 'w'), flush=True); signal.pause()" &
      until [ -s $2 ]; do sleep 0.01; done
    }
    trap 'kill $(cat *.pid)' EXIT

    """

  @Test(.enabled(if: Namespace.isAvailable, "needs a network namespace"))
  func bothEndsOfAConnection() throws {
    let outcome = try Namespace.shell(
      Self.pair + """
        hold far-server server.pid "s.bind(('127.0.0.1', 8300)); s.listen()
        import threading
        threading.Thread(target=lambda: globals().update(a=s.accept()), daemon=True).start()"
        hold far-client client.pid "s.bind(('127.0.0.1', 8301)); s.connect(('127.0.0.1', 8300))"
        until $SOCKEYE -q lport=8300 established process=far-server; do :; done
        C=$(cat client.pid); S=$(cat server.pid)
        ask() { $SOCKEYE --csv --no-header --columns direction,peer_local,peer_process,peer_pid "$@" |
          tr -d '\\r' | sed "s/$C/C/; s/$S/S/"; }
        ask listening; ask lport=8300 established; ask lport=8301
        $SOCKEYE --pids peer_process=far-client | cmp -s - server.pid || $SOCKEYE peer_process=far-client
        $SOCKEYE -q direction=in lport=8300; echo $?; $SOCKEYE -q direction=in lport=8301; echo $?
        $SOCKEYE --json --columns peer_local,direction lport=8301 |
          grep -o '"direction":[^,]*,"peer_local":[a-z]*'
        $SOCKEYE --source proc --csv --no-header --columns direction,peer_process lport=8300 established 2>&1 |
          tr -d '\\r'
        """)
    #expect(
      outcome.lines == [
        "listen,,,", "in,true,far-client,C", "out,true,far-server,S", "0", "1",
        #""direction":"out","peer_local":true"#, "in,far-client",
      ], "\(outcome.output) \(outcome.errors)")
  }

  // The same addresses on loopback in another namespace are other ends.
  @Test(.enabled(if: geteuid() == 0, "needs root"))
  func acrossNamespacesOnlyWhereNothingElseMayBeIt() throws {
    let outcome = try Program.run(
      [
        "/usr/bin/env", "unshare", "-m", "-n", "/bin/sh", "-c",
        """
        mount -t tmpfs none /run
        ip netns add one; ip netns add two
        for n in one two; do ip -n $n link set lo up; done
        ip link add left netns one type veth peer name right netns two
        ip -n one addr add 10.9.0.1/24 dev left; ip -n two addr add 10.9.0.2/24 dev right
        ip -n one link set left up; ip -n two link set right up

        """ + Self.pair + """
          enter() { echo "import ctypes; ctypes.CDLL(None).setns(os.open('/run/netns/$1', 0), 0)
          s = socket.socket()"; }
          hold far-server server.pid "$(enter two)
          s.bind(('0.0.0.0', 8300)); s.listen()
          import threading
          def take():
              a = []
              while True: a.append(s.accept())
          threading.Thread(target=take, daemon=True).start()"
          hold far-client client.pid "$(enter one)
          s.bind(('10.9.0.1', 8301)); s.connect(('10.9.0.2', 8300))"
          hold inner two.pid "$(enter two)
          s.bind(('127.0.0.1', 8302)); s.connect(('127.0.0.1', 8300))"
          hold lone one.pid "$(enter one)
          l = socket.socket(); l.bind(('127.0.0.1', 8300)); l.listen()
          s.bind(('127.0.0.1', 8302)); s.connect(('127.0.0.1', 8300)); x = l.accept()"
          until $SOCKEYE -qN two lport=8300 established process=far-server rport=8301; do :; done
          until $SOCKEYE -qN two lport=8300 established process=far-server rport=8302; do :; done
          $SOCKEYE --everywhere --csv --no-header --columns \
            netns_name,local_port,direction,peer_local,peer_process established netns_name=one,two |
            tr -d '\\r' | sort
          echo alone
          $SOCKEYE -N one --csv --no-header --columns local_port,peer_local,peer_process lport=8301 | tr -d '\\r'
          ip netns del one; ip netns del two
          """,
      ], environment: ["SOCKEYE": Program.sockeye])
    #expect(
      outcome.lines == [
        "one,8300,in,true,lone", "one,8301,out,true,far-server", "one,8302,out,true,lone",
        "two,8300,in,true,far-client", "two,8300,in,true,inner", "two,8302,out,true,far-server",
        "alone", "8301,,",
      ], "\(outcome.output) \(outcome.errors)")
  }
}
