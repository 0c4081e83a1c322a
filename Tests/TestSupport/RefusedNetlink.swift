/// Commands that can't have a netlink socket (seccomp(2)), as in a sandbox or where memory or
/// descriptors are short.
public enum RefusedNetlink {
  /// Whether a namespace and python3 are there, and the filter can be set.
  public static let isAvailable =
    Namespace.isAvailable
    && (try? Namespace.shell(definition + "$REFUSED true; echo $?"))?.output == "0\n"

  public static let requirement = "needs a network namespace, python3 and seccomp"

  /// The beginning of a script: in it `$REFUSED COMMAND` runs a command so, and with `ERRNO=105` before
  /// that the kernel's answer is that number instead of `EPERM`.
  public static let definition = """
    filter=$(mktemp)
    trap 'rm -f "$filter"' EXIT
    cat > "$filter" <<'END'
    import ctypes, os, platform, struct, sys
    number = {"x86_64": 41, "aarch64": 198}[platform.machine()]
    def step(code, true, false, value): return struct.pack("HBBI", code, true, false, value)
    program = b"".join([
        step(0x20, 0, 0, 0), step(0x15, 0, 3, number),  # is it socket(2)?
        step(0x20, 0, 0, 16), step(0x15, 0, 1, 16),     # of AF_NETLINK?
        step(0x06, 0, 0, 0x00050000 | int(os.environ.get("ERRNO", "1"))),
        step(0x06, 0, 0, 0x7fff0000)])
    code = ctypes.create_string_buffer(program)
    header = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(code))
    call = ctypes.CDLL(None, use_errno=True).prctl
    if call(38, 1, 0, 0, 0) or call(22, 2, header, 0, 0): sys.exit(99)
    os.execvp(sys.argv[1], sys.argv[1:])
    END
    REFUSED="python3 $filter"

    """

  /// The beginning of a script: a process `$PID` binds port 7000 and does nothing more with it, until
  /// it is killed or a minute is over.
  public static let boundPort = """
    ready=$(mktemp)
    python3 -u -c '
    import signal, socket
    s = socket.socket(); s.bind(("127.0.0.1", 7000)); print("ready")
    signal.alarm(60); signal.pause()
    ' > "$ready" & PID=$!
    until grep -q ready "$ready"; do sleep 0.02; kill -0 $PID || break; done
    rm "$ready"

    """
}
