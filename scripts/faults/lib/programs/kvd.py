#!/usr/bin/python3
"""A small key-value database: a line per request over TCP (PING, GET key, PUT key value), an append-only file on disk."""
import configparser, fcntl, os, signal, socketserver, sys, threading

NAME = os.path.basename(sys.argv[0])
conf = configparser.ConfigParser()
try:
    with open(sys.argv[1]) as f:
        conf.read_file(f)
    port = conf.getint("server", "port")
    host = conf.get("server", "bind", fallback="127.0.0.1")
    folder = conf.get("storage", "dir")
    store = open(f"{folder}/store.aof", "ab")
except (configparser.Error, ValueError, OSError) as e:
    print("FATAL cannot start: " + " ".join(str(e).split()), flush=True)
    sys.exit(1)
data, lock, writes = {}, threading.Lock(), 0


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        global writes
        for raw in self.rfile:
            parts = raw.decode("utf-8", "replace").split(None, 2)
            try:
                if not parts:
                    continue
                if parts[0] == "PING":
                    self.wfile.write(b"PONG\n")
                elif parts[0] == "GET":
                    self.wfile.write((data.get(parts[1], "NIL") + "\n").encode())
                elif parts[0] == "PUT":
                    with lock:
                        if conf.has_option("storage", "lock"):
                            with open(conf["storage"]["lock"], "a") as l:
                                fcntl.flock(l, fcntl.LOCK_EX)
                        data[parts[1]] = parts[2].strip()
                        store.write(raw)
                        store.flush()
                        writes += 1
                        if store.tell() > 1 << 20:
                            store.truncate(0)
                        if len(data) > 10000:
                            data.clear()
                        if writes % 100 == 1:
                            print(f"INFO {writes} writes, {len(data)} keys", flush=True)
                    self.wfile.write(b"OK\n")
            except OSError as e:
                print(f"ERROR {parts[0]} {parts[1] if len(parts) > 1 else ''}: {e}", flush=True)
                try:
                    self.wfile.write(f"ERR {e}\n".encode())
                except OSError:
                    return


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


try:
    server = Server((host, port), Handler)
except OSError as e:
    print(f"FATAL cannot listen on {host}:{port}: {e}", flush=True)
    sys.exit(1)
signal.signal(signal.SIGTERM, lambda *a: (print("INFO received SIGTERM, shutting down", flush=True), os._exit(0)))
print(f"INFO {NAME} ready on {host}:{port}, data in {folder}", flush=True)
server.serve_forever()
