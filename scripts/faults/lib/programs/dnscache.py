#!/usr/bin/python3
"""A small DNS server for the names of this site: A records from a hosts-like file, NXDOMAIN for every other name."""
import socket, struct, sys

bind, zone = sys.argv[1], sys.argv[2]
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind((bind, 53))
print(f"INFO answering on {bind}:53 from {zone}", flush=True)
while True:
    q, peer = s.recvfrom(2048)
    try:
        labels, i = [], 12
        while q[i]:
            labels.append(q[i + 1:i + 1 + q[i]].decode())
            i += q[i] + 1
        question, kind = q[12:i + 5], struct.unpack(">H", q[i + 1:i + 3])[0]
        name = ".".join(labels).lower()
        with open(zone) as f:
            table = dict(reversed(l.split()[:2]) for l in f if l.strip() and l[0] != "#")
        if name in table:
            answers = [] if kind != 1 else [b"\xc0\x0c\x00\x01\x00\x01" + struct.pack(">IH", 30, 4) + socket.inet_aton(table[name])]
            code = 0
        else:
            answers, code = [], 3
            print(f"INFO NXDOMAIN {name} for {peer[0]}", flush=True)
        s.sendto(q[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(answers), 0, 0) + question + b"".join(answers), peer)
    except (IndexError, ValueError, OSError) as e:
        print(f"WARN bad query from {peer[0]}: {e}", flush=True)
