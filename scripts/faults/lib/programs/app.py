#!/usr/bin/python3
"""A small business service: HTTP on a port, one work item per interval (database, disk, upstream), and a health page."""
import configparser, hashlib, http.server, json, os, signal, socket, ssl, subprocess, sys, threading, time, urllib.request

NAME = os.path.basename(sys.argv[0])
started = time.time()
recent = []          # (time, error text) of the last minute
held = []            # cache blocks
lock = threading.Lock()


def log(level, text):
    line = f"{level} {text}"
    if conf.get("log", "format", fallback="plain") == "json":
        line = json.dumps({"ts": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "level": level.lower(), "svc": NAME, "msg": text})
    try:
        target = conf.get("log", "file", fallback="")
        if target:
            with open(target, "a") as f:
                f.write(time.strftime("%Y-%m-%dT%H:%M:%SZ ", time.gmtime()) + line + "\n")
        else:
            print(line, flush=True)
    except OSError as e:
        print(f"WARN cannot write log: {e}", flush=True)


def failed(text):
    with lock:
        recent.append((time.time(), text))
        del recent[:-50]
    log("ERROR", text)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        hold = conf.getfloat("server", "slow_seconds", fallback=0)
        if hold and self.path != "/health":
            time.sleep(hold)
        with lock:
            bad = [t for at, t in recent if at > time.time() - 10]
        ok = not bad
        body = json.dumps({"status": "ok" if ok else "degraded", "uptime": int(time.time() - started), **({} if ok else {"error": bad[-1]})}) + "\n"
        self.send_response(200 if ok else 503)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *a):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def get_request(self):
        try:
            return super().get_request()
        except ssl.SSLError as e:
            log("WARN", f"TLS handshake failed: {e}")
            raise
        except OSError as e:
            failed(f"accept on port {self.server_address[1]} failed: {e}")
            time.sleep(0.5)
            raise

    def handle_error(self, request, client_address):
        log("WARN", f"client {client_address[0]}: {sys.exc_info()[1]}")


def query(host, port, timeout, text):
    with socket.create_connection((host, port), timeout=timeout) as s:
        s.settimeout(timeout)
        s.sendall(text.encode() + b"\n")
        reply = s.recv(256).decode().strip()
        if not reply:
            raise OSError("connection closed by the server before a reply")
        if reply.startswith("ERR"):
            raise OSError(reply)
        return reply


def work(number):
    noun = conf.get("work", "item", fallback="order")
    begin = time.monotonic()
    step = ""
    try:
        if conf.has_section("database"):
            db = f"{conf['database']['host']}:{conf['database']['port']}"
            step = f"database {db}"
            query(conf["database"]["host"], conf.getint("database", "port"), conf.getfloat("database", "timeout", fallback=2), f"PUT {noun}-{number} {number}")
        if conf.has_section("upstream"):
            url = conf["upstream"]["url"]
            step = f"call {url}"
            context = None
            if url.startswith("https"):
                context = ssl.create_default_context(cafile=conf.get("upstream", "ca", fallback=None))
            with urllib.request.urlopen(url, timeout=conf.getfloat("upstream", "timeout", fallback=3), context=context) as r:
                r.read()
        if conf.has_section("storage"):
            folder = conf["storage"]["dir"]
            kind = conf.get("storage", "mode", fallback="append")
            size = conf.getint("storage", "kb", fallback=4) * 1024
            path = f"{folder}/{noun}-{number}.dat" if kind == "files" else f"{folder}/{noun}s.journal"
            step = f"write {path}"
            with open(path, "wb" if kind == "files" else "ab") as f:
                f.write(os.urandom(size))
                f.flush()
                if conf.getboolean("storage", "sync", fallback=False):
                    os.fsync(f.fileno())
            keep = conf.getint("storage", "keep_kb", fallback=4096) * 1024
            if kind == "append" and os.path.getsize(path) > keep:
                os.truncate(path, 0)
            if kind == "files" and number % 50 == 0:
                for old in sorted(os.listdir(folder))[:40]:
                    if old.endswith(".dat"):
                        os.unlink(f"{folder}/{old}")
        if conf.has_section("render"):
            step = f"start {conf['render']['command'].split()[0]}"
            procs = [subprocess.Popen(conf["render"]["command"].split()) for _ in range(conf.getint("render", "parallel", fallback=1))]
            for p in procs:
                p.wait()
        if conf.has_section("cache"):
            step = "fill cache"
            limit = conf.getint("cache", "max_mb", fallback=8)
            if len(held) < limit:
                held.append(bytearray(os.urandom(1024) * 1024))
        rounds = conf.getint("work", "hash_rounds", fallback=0)
        if rounds:
            hashlib.pbkdf2_hmac("sha256", b"x", b"y", rounds)
    except Exception as e:
        failed(f"{noun} {number} failed: {step}: {e}")
        return
    took = (time.monotonic() - begin) * 1000
    slow = conf.getint("work", "slow_ms", fallback=1000)
    if took > slow:
        failed(f"{noun} {number} took {took:.0f} ms (limit {slow} ms)")
    elif number % 10 == 1:
        log("INFO", f"{noun} {number} done in {took:.0f} ms")


conf = configparser.ConfigParser()
try:
    with open(sys.argv[1]) as f:
        conf.read_file(f)
    port = conf.getint("server", "port")
    host = conf.get("server", "bind", fallback="127.0.0.1")
    interval = conf.getfloat("work", "interval", fallback=1.0)
    if conf.has_section("storage") and not os.path.isdir(conf["storage"]["dir"]):
        raise FileNotFoundError(f"storage directory {conf['storage']['dir']} does not exist")
except (configparser.Error, ValueError, OSError) as e:
    conf = configparser.ConfigParser()
    print("FATAL cannot start: " + " ".join(str(e).split()), flush=True)
    sys.exit(78)
try:
    server = Server((host, port), Handler)
    if conf.has_section("tls"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(conf["tls"]["cert"], conf["tls"]["key"])
        server.socket = context.wrap_socket(server.socket, server_side=True)
except OSError as e:
    log("FATAL", f"cannot listen on {host}:{port}: {e}")
    sys.exit(1)
signal.signal(signal.SIGTERM, lambda *a: (log("INFO", "stopping on SIGTERM"), os._exit(0)))
log("INFO", f"{NAME} {conf.get('server', 'version', fallback='2.4.1')} listening on {host}:{port}")
threading.Thread(target=server.serve_forever, daemon=True).start()
number = 10000 + int(time.time()) % 80000
while True:
    number += 1
    work(number)
    time.sleep(interval)
