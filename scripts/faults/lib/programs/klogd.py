#!/usr/bin/python3
"""The kernel messages of this host. As klogd: copies new ones to a file, as syslog daemons do. As dmesg: prints them.

The kernel is shared with other hosts of the same machine; a message belongs here if it names this host's control
group, a program of this host or a device mounted here. The lines themselves are the kernel's own, unchanged.
"""
import os, re, subprocess, sys, time

GROUP, SINCE = "@GROUP@", "@SINCE@"


class Own:
    """Lets the lines of this host through; those of an out-of-memory report wait for its end, which says whose it is."""

    def __init__(self):
        self.report = None

    def programs(self):
        return {n[:15] for n in os.listdir("/opt")}

    def devices(self):
        with open("/proc/mounts") as f:
            return {l.split()[0].rsplit("/", 1)[-1] for l in f if l.startswith("/dev/")}

    def feed(self, text, line):
        if "invoked oom-killer" in text:
            self.report = []
        if self.report is not None:
            self.report.append((text, line))
            if "Killed process" not in text and len(self.report) < 200:
                return []
            done, self.report = self.report, None
            return [l for _, l in done] if any(f"/{GROUP}" in t for t, _ in done) else []
        m = re.search(r"\((loop\d+)\)", text)
        if m:
            return [line] if m[1] in self.devices() else []
        m = re.match(r"(?:traps: )?([^\s\[]+)\[\d+\]", text)
        return [line] if f"/{GROUP}" in text or (m and m[1] in self.programs()) else []


own = Own()
if sys.argv[0].endswith("dmesg"):
    out = subprocess.run(["/usr/bin/dmesg", "-S", "--since", SINCE, *sys.argv[1:]], stdout=subprocess.PIPE, text=True, errors="replace")
    for line in out.stdout.splitlines():
        for l in own.feed(re.sub(r"^(<\d+>)?(\[[^\]]*\] ?|\S+T\S+ )?", "", line), line):
            print(l)
    sys.exit(out.returncode)

source = os.open("/dev/kmsg", os.O_RDONLY)
os.lseek(source, 0, os.SEEK_END)
os.unlink("/dev/kmsg")
host = os.uname().nodename
while True:
    try:
        head, _, text = os.read(source, 8192).decode("utf-8", "replace").partition(";")
    except BrokenPipeError:
        continue
    text, stamp = text.splitlines()[0], int(head.split(",")[2]) / 1e6
    lines = own.feed(text, f"{time.strftime('%b %e %H:%M:%S')} {host} kernel: [{stamp:12.6f}] {text}\n")
    if lines:
        with open(sys.argv[1], "a") as f:
            f.writelines(lines)
