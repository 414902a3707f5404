#!/usr/bin/env python3
"""An independent implementation of the agents bus and of the files beside it, for tests of interoperation.

It follows the published behaviour of the Python original: the same files, locks, limits and encodings, one thread per
connection, and its way with slow subscribers. It shares no code with the program under test.

  bus_peer.py attend SOCKET               attach (and be the broker where there is none), print what comes; "ready ROLE" first
  bus_peer.py broker SOCKET               be the broker and nothing else, until killed
  bus_peer.py publish SOCKET [JSON …]     publish each object, or those on standard input
  bus_peer.py register HOME NAME PID CMD  append to agents.jsonl
  bus_peer.py registered HOME             print the registry as read
  bus_peer.py forget HOME PID             rewrite agents.jsonl without a pid
  bus_peer.py claim HOME BRANCH NAME PID  append to branch_claims.jsonl
  bus_peer.py claims HOME                 print the claims as read
"""
import contextlib, datetime, errno, fcntl, json, os, pathlib, select, socket, sys, threading, uuid

MAX_FRAME = 65536
MAX_BUFFER = 262144


def lines_of(sock):
    """Frames of a connection, by the rules both sides keep."""
    buffer = b""
    while True:
        try:
            chunk = sock.recv(4096)
        except OSError:
            return
        if not chunk:
            return
        buffer += chunk
        while True:
            end = buffer.find(b"\n")
            if end < 0:
                break
            line, buffer = buffer[:end], buffer[end + 1:]
            if len(line) > MAX_FRAME:
                print("frame too long", file=sys.stderr)
            elif line:
                yield line
        if len(buffer) > MAX_BUFFER:
            return


class Broker:
    def __init__(self, path):
        self.path = path
        self.peers = {}
        self.guard = threading.Lock()

    def start(self):
        pid_file = pathlib.Path(self.path + ".pid")
        for stale in (self.path, str(pid_file)):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(stale)
        self.server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.server.bind(self.path)
        os.chmod(self.path, 0o600)
        self.server.listen(16)
        temporary = pathlib.Path(str(pid_file) + ".tmp")
        temporary.write_text(str(os.getpid()))
        os.chmod(temporary, 0o600)
        os.rename(temporary, pid_file)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            peer, _ = self.server.accept()
            with self.guard:
                self.peers[peer] = threading.Lock()
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def serve(self, peer):
        for line in lines_of(peer):
            self.fan_out(line + b"\n", peer)
        self.drop(peer)

    def fan_out(self, frame, origin):
        with self.guard:
            others = [(p, l) for p, l in self.peers.items() if p is not origin]
        for peer, lock in others:
            try:
                with lock:
                    if not select.select([], [peer], [], 0.2)[1]:
                        raise OSError("slow")
                    peer.sendall(frame)
            except (OSError, ValueError):
                self.drop(peer)

    def drop(self, peer):
        with self.guard:
            self.peers.pop(peer, None)
        with contextlib.suppress(OSError):
            peer.close()


BROKERS = {}


@contextlib.contextmanager
def election_lock(path):
    fd = os.open(path + ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def alive(path):
    if not os.path.exists(path):
        return False
    try:
        pid = int(pathlib.Path(path + ".pid").read_text().strip())
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True


def elect(path):
    if path in BROKERS:
        return "broker"
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    with election_lock(path):
        if alive(path):
            return "client"
        broker = Broker(path)
        try:
            broker.start()
        except OSError as e:
            if e.errno in (errno.EADDRINUSE, errno.EEXIST):
                return "client"
            raise
        BROKERS[path] = broker
        return "broker"


def connect(path):
    for attempt in (1, 2):
        role = elect(path)
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.settimeout(1.0)
        try:
            sock.connect(path)
        except OSError:
            sock.close()
            if attempt == 2:
                raise
            continue
        sock.settimeout(None)
        return sock, role


def encode(message):
    full = {k: message[k] for k in ("agent", "topic", "summary")}
    full["source"] = message.get("source", "")
    full["path"] = message.get("path", "")
    full["data"] = message.get("data", {})
    full["id"] = message.get("id") or str(uuid.uuid4())
    full["timestamp"] = message.get("timestamp") or datetime.datetime.now(datetime.timezone.utc).isoformat()
    full["schema_version"] = 1
    return json.dumps(full, separators=(",", ":")).encode() + b"\n"


def attend(path):
    sock, role = connect(path)
    print("ready", role, flush=True)
    for line in lines_of(sock):
        print(line.decode("utf-8", "backslashreplace"), flush=True)
    print("ended", flush=True)


def publish(path, messages):
    sock, _ = connect(path)
    threading.Thread(target=lambda: list(lines_of(sock)), daemon=True).start()
    for text in messages:
        sock.sendall(encode(json.loads(text)))
    sock.shutdown(socket.SHUT_WR)
    sock.close()


def rows(path):
    found = []
    if path.exists():
        for line in path.read_text().splitlines():
            with contextlib.suppress(ValueError):
                found.append(json.loads(line))
    return found


def registered(home):
    by_pid = {r["pid"]: r for r in rows(pathlib.Path(home) / "agents.jsonl") if {"name", "pid", "command"} <= r.keys()}
    return list(by_pid.values())


def main(words):
    match words:
        case ["attend", path]:
            attend(path)
        case ["broker", path]:
            print(elect(path), flush=True)
            threading.Event().wait()
        case ["publish", path, *messages]:
            publish(path, messages or sys.stdin)
        case ["register", home, name, pid, command]:
            record = {"name": name, "pid": int(pid), "command": command, "registered_at": datetime.datetime.now(datetime.timezone.utc).isoformat(), "source": "registered", "waits_on": [], "provider": None}
            with open(pathlib.Path(home) / "agents.jsonl", "a") as f:
                f.write(json.dumps(record) + "\n")
        case ["registered", home]:
            for record in registered(home):
                print(json.dumps(record))
        case ["forget", home, pid]:
            target = pathlib.Path(home) / "agents.jsonl"
            temporary = pathlib.Path(str(target) + ".tmp")
            temporary.write_text("".join(json.dumps(r) + "\n" for r in registered(home) if r["pid"] != int(pid)))
            os.rename(temporary, target)
        case ["claim", home, branch, name, pid]:
            with open(pathlib.Path(home) / "branch_claims.jsonl", "a") as f:
                f.write(json.dumps({"branch": branch, "agent_name": name, "pid": int(pid), "claimed_at": datetime.datetime.now(datetime.timezone.utc).isoformat()}) + "\n")
        case ["claims", home]:
            for claim in rows(pathlib.Path(home) / "branch_claims.jsonl"):
                print(json.dumps(claim))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
