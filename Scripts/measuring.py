"""What Scripts/bench and Scripts/bench-watch share: a build, sockets to look at, a terminal to draw on."""
import ctypes, fcntl, os, pty, re, resource, select, signal, socket, struct, subprocess, sys, termios, time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PER_PROCESS = 9000  # connections; a process may hold 20,000 files


def build():
    """The release that Scripts/release installs."""
    return subprocess.run([os.path.join(ROOT, "Scripts/release")], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def established():
    with open("/proc/net/sockstat") as file:
        return int(re.search(r"TCP: inuse (\d+)", file.read()).group(1))


def time_wait():
    with open("/proc/net/sockstat") as file:
        return int(re.search(r"TCP: .* tw (\d+)", file.read()).group(1))


def wait_for_time_wait(count):
    """Until no more than so many sockets are in TIME_WAIT, where those of a smaller measurement stay for a minute."""
    deadline = time.monotonic() + 90
    while time_wait() > count and time.monotonic() < deadline:
        time.sleep(0.5)


class Sockets:
    """Pairs of processes: a server on an address of its own, and a client with many connections to it."""

    def __init__(self, sockeye, count):
        self.processes = []
        self.servers = []  # HOST:PORT
        # An exit that runs `finally`, so that nothing is left behind.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        try:
            self.make(sockeye, count)
        except BaseException:
            self.close()
            raise

    def make(self, sockeye, count):
        pairs = []
        left = count // 2
        while left > 0:
            take = min(left, PER_PROCESS)
            host = f"127.{1 + len(pairs) // 250}.{1 + len(pairs) % 250}.1"
            server = self.start([sockeye, "serve", f"{host}:0", "--max-connections", str(take + 10)], stdout=subprocess.PIPE)
            port = re.search(rb":(\d+)", server.stdout.readline()).group(1).decode()
            pairs.append((f"{host}:{port}", take))
            left -= take
        self.servers = [server for server, _ in pairs]
        for target, take in pairs:
            self.start([sockeye, "connect", target, "--connections", str(take), "--hold"], stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL)
        deadline = time.time() + 300
        while established() < count - count // 100 and time.time() < deadline:
            time.sleep(0.2)

    def client_ports(self, count):
        """Local ports of so many connections to the first server."""
        rows = subprocess.run(["ss", "-Htn", "dst", self.servers[0]], check=True, stdout=subprocess.PIPE, text=True).stdout
        return [line.split()[3].rsplit(":", 1)[1] for line in rows.splitlines()[:count]]

    def start(self, command, **options):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, **options)
        self.processes.append(process)
        return process

    def close(self):
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()


class Namespaces:
    """So many network namespaces, each with 10 listeners and 5 connections, both ends of which this process holds. They
    have names in a mount namespace in which this process stays until they are gone."""

    UNSHARE_MOUNTS, UNSHARE_NETWORK, BIND, PRIVATE = 0x20000, 0x40000000, 0x1000, 0x44000

    def __init__(self, count):
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.sockets = []
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.mounts = os.open("/proc/self/ns/mnt", os.O_RDONLY)
        self.network = os.open("/proc/self/ns/net", os.O_RDONLY)
        self.directory = os.getcwd()
        self.call("unshare", self.UNSHARE_MOUNTS)
        self.call("mount", b"none", b"/", None, self.PRIVATE, None)
        self.call("mount", b"none", b"/run", b"tmpfs", 0, None)
        os.mkdir("/run/netns")
        for number in range(count):
            self.make(f"/run/netns/bench{number}")
        self.call("setns", self.network, 0)

    def call(self, name, *arguments):
        if getattr(self.libc, name)(*arguments) != 0:
            raise OSError(ctypes.get_errno(), name)

    def make(self, path):
        open(path, "w").close()
        self.call("unshare", self.UNSHARE_NETWORK)
        self.call("mount", b"/proc/thread-self/ns/net", path.encode(), None, self.BIND, None)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:  # lo up: SIOCSIFFLAGS, IFF_UP
            fcntl.ioctl(control, 0x8914, struct.pack("16sh22x", b"lo", 1))
        for number in range(10):
            server = socket.create_server(("127.0.0.1", 7000 + number))
            self.sockets.append(server)
            if number < 5:
                self.sockets += [socket.create_connection(server.getsockname()), server.accept()[0]]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for one in self.sockets:
            one.close()
        self.call("setns", self.mounts, 0)
        os.chdir(self.directory)
        os.close(self.mounts)
        os.close(self.network)


class UnixSockets:
    """Processes that hold so many unix sockets, in pairs; each first one has an abstract name."""

    HOLDER = """
import os, resource, signal, socket, sys
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
kept = []
for number in range(int(sys.argv[1])):
    server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    server.bind(b"\\0bench-%d-%d" % (os.getpid(), number))
    client = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    client.connect(server.getsockname())
    kept += [server, client]
print("ready", flush=True)
signal.pause()
"""

    def __init__(self, count, processes=10):
        self.count, self.number, self.processes = count, processes, []

    def __enter__(self):
        for _ in range(self.number):
            command = [sys.executable, "-c", self.HOLDER, str(self.count // 2 // self.number)]
            self.processes.append(subprocess.Popen(command, stdout=subprocess.PIPE))
        for process in self.processes:
            process.stdout.readline()
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.wait()


class Screen:
    """A program on a pseudo-terminal."""

    def __init__(self, command, columns=200, rows=50):
        self.pid, self.leader = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "xterm-256color"
            os.execvp(command[0], command)
        self.resize(columns, rows)
        self.bytes = 0

    def read(self, seconds, until=None):
        """Takes what is drawn; the seconds until a text came, or None."""
        start = time.monotonic()
        seen = b""
        while (left := start + seconds - time.monotonic()) > 0:
            if not select.select([self.leader], [], [], left)[0]:
                return None
            try:
                piece = os.read(self.leader, 1 << 16)
            except OSError:
                return None
            self.bytes += len(piece)
            seen = seen[-4096:] + piece
            if until and until in seen:
                return time.monotonic() - start
        return None

    def resize(self, columns, rows):
        fcntl.ioctl(self.leader, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, text):
        os.write(self.leader, text)

    def status(self, field):
        with open(f"/proc/{self.pid}/status") as file:
            return int(re.search(field + r":\s+(\d+)", file.read()).group(1)) / 1024

    def end(self, sign=signal.SIGTERM):
        """The resource usage of it and of the children that it waited for."""
        os.kill(self.pid, sign)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            pid, _, usage = os.wait4(self.pid, os.WNOHANG)
            if pid:
                break
            self.read(0.05)
        else:
            os.kill(self.pid, signal.SIGKILL)
            _, _, usage = os.wait4(self.pid, 0)
        os.close(self.leader)
        return usage


def cpu(usage):
    return usage.ru_utime + usage.ru_stime


def peak(usage):
    """MiB at most; never less than this Python's own, which an exec'd child inherits."""
    return usage.ru_maxrss / 1024
