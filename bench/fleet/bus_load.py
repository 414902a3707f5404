#!/usr/bin/env python3
"""Load for a broker of the agents bus, whoever wrote it: bus_load.py SOCKET BROKER_PID [SECONDS [LATENCY]]

Throughput: one process sends frames of 256 bytes, 64 in a write, as fast as the broker takes them or at a given rate;
one process holds all subscribers and counts frames. Latency: single frames, from before the write until a subscriber
has it, in one process, so that starting a second one is not part of it; by the program LATENCY (latency.c) where it is given,
because an interpreter takes as long as a broker. Prints one JSON line per case.
"""
import gc, json, os, select, socket, subprocess, sys, time, multiprocessing as mp

PATH, BROKER = sys.argv[1], int(sys.argv[2])
SECONDS = float(sys.argv[3]) if len(sys.argv) > 3 else 2.0
LATENCY = sys.argv[4] if len(sys.argv) > 4 else ""
FRAME = b'{"agent":"bench:1","topic":"finding","summary":"'
FRAME = FRAME + b"x" * (256 - len(FRAME) - 3) + b'"}\n'
assert len(FRAME) == 256


def connect():
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.connect(PATH)
    return s


def drain(n, ready, go, out):
    poll, socks = select.epoll(), {}
    for _ in range(n):
        s = connect()
        s.setblocking(False)
        socks[s.fileno()] = s
        poll.register(s, select.EPOLLIN)
    ready.set()
    total, last, told = 0, time.perf_counter(), 0
    first = None
    buffer = bytearray(1 << 18)
    while True:
        events = poll.poll(0.2)
        if not events and go.is_set():
            break
        for fd, _ in events:
            try:
                got = socks[fd].recv_into(buffer)
            except BlockingIOError:
                continue
            if got == 0:
                poll.unregister(fd)
                told += 1
                continue
            if first is None:
                first = time.perf_counter()
            total += got
            last = time.perf_counter()
    out.put((total, first or 0, last, told))


def cpu(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss(pid):
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024


def throughput(n, rate=None):
    ready, done, out = mp.Event(), mp.Event(), mp.Queue()
    p = mp.Process(target=drain, args=(n, ready, done, out))
    p.start()
    ready.wait()
    time.sleep(0.3)
    s = connect()
    batch = 64 if rate is None or rate > 6400 else 1
    block = FRAME * batch
    used, sent, start = cpu(BROKER), 0, time.perf_counter()
    while (now := time.perf_counter()) - start < SECONDS:
        if rate is not None and sent > (now - start) * rate:
            time.sleep(0.0005)
            continue
        s.sendall(block)
        sent += batch
    sending = time.perf_counter() - start
    memory = rss(BROKER)
    done.set()
    total, first, last, ended = out.get()
    p.join()
    used = cpu(BROKER) - used
    s.close()
    span = max(last - first, sending)
    frames = total / 256 / n
    print(json.dumps({"case": "throughput", "subscribers": n, "rate": rate or "most", "sent_per_s": round(sent / sending), "got_per_s": round(frames / span), "deliveries_per_s": round(frames * n / span),
                      "lost_pct": round(100 * (1 - frames / sent), 3), "ended": ended, "broker_us_per_delivery": round(used * 1e6 / max(1, frames * n), 2), "broker_rss_mb": round(memory, 1)}), flush=True)


def latency(n, rate, stopped=0):
    """One process writes a frame and then waits for it at every subscriber: what it costs is the same for all brokers."""
    if LATENCY:
        subprocess.run([LATENCY, PATH, str(n), str(rate), str(SECONDS), str(stopped)], check=True)
        return
    socks = [connect() for _ in range(n)]
    deaf = [connect() for _ in range(stopped)]
    poll = select.epoll()
    for s in socks:
        s.setblocking(False)
        poll.register(s, select.EPOLLIN)
    receive = {s.fileno(): s.recv_into for s in socks}
    publisher = connect()
    time.sleep(0.3)
    frame, buffer, clock, wait = FRAME, bytearray(65536), time.perf_counter_ns, poll.poll
    samples, lost = [], 0
    gc.disable()
    for _ in range(int(rate * SECONDS)):
        time.sleep(1 / rate)
        left, begun = 256 * n, clock()
        publisher.sendall(frame)
        while left > 0:
            events = wait(2)
            if not events:
                break
            for fd, _ in events:
                got = receive[fd](buffer)
                samples.append(clock() - begun)
                left -= got
        lost += left // 256
    gc.enable()
    for s in socks + deaf + [publisher]:
        s.close()
    samples = sorted(t / 1000 for t in samples)
    pick = lambda q: round(samples[min(len(samples) - 1, int(q * len(samples)))]) if samples else None
    print(json.dumps({"case": "latency", "client": "python", "subscribers": n, "stopped": stopped, "rate": rate, "frames": len(samples), "lost": lost, "p50_us": pick(0.5), "p99_us": pick(0.99), "max_us": round(samples[-1]) if samples else None}), flush=True)


if __name__ == "__main__":
    for n in (1, 10, 100):
        throughput(n)
        time.sleep(0.3)
    for n, rate in ((1, 300_000), (10, 100_000), (100, 20_000)):
        throughput(n, rate)
        time.sleep(0.3)
    for n, rate in ((1, 500), (10, 200), (100, 50)):
        latency(n, rate)
        time.sleep(0.3)
    latency(10, 200, stopped=1)
