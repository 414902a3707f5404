#!/usr/bin/python3
"""Copies new kernel messages to a plain log file, as syslog daemons do."""
import os, sys, time

source = os.open("/dev/kmsg", os.O_RDONLY)
os.lseek(source, 0, os.SEEK_END)
if len(sys.argv) > 2:
    os.unlink("/dev/kmsg")
host = os.uname().nodename
while True:
    try:
        head, _, text = os.read(source, 8192).decode("utf-8", "replace").partition(";")
    except BrokenPipeError:
        continue
    stamp = int(head.split(",")[2]) / 1e6
    with open(sys.argv[1], "a") as f:
        f.write(f"{time.strftime('%b %e %H:%M:%S')} {host} kernel: [{stamp:12.6f}] {text.splitlines()[0]}\n")
