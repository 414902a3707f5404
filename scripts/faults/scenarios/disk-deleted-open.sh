# The space of a volume is held by a file that was deleted but is still open.
# shellcheck shell=bash disable=SC2034
HOST=tweed
prepare() {
  volume /srv/exports 40
  app export-api 8085 work.item=export storage.dir=/srv/exports storage.kb=8
  mkdir -p /opt/report-builder/bin
  cat > /opt/report-builder/bin/report-builder <<'PY'
#!/usr/bin/python3
import sys, time
print("INFO report-builder waiting for the quarter", flush=True)
while True:
    try:
        with open("/etc/report-builder/job") as j:
            size, path = j.read().split()
        break
    except OSError:
        time.sleep(0.5)
f = open(path, "wb")
written = 0
try:
    while written < int(size):
        f.write(b"\0" * 65536)
        f.flush()
        written += 65536
except OSError as e:
    print(f"WARN {path}: {e}", flush=True)
while True:
    time.sleep(60)
PY
  chmod 755 /opt/report-builder/bin/report-builder; mkdir -p /etc/report-builder
  supervised report-builder 'exec chpst -u app /opt/report-builder/bin/report-builder'
}
up() {
  echo "60000000 /srv/exports/q4.work" > /etc/report-builder/job
  wait_for 10 log_has report-builder 'No space left'
  rm -f /srv/exports/q4.work
}
verify() {
  check "hardly any space left" bash -c '[ "$(df --output=avail /srv/exports | tail -n 1)" -lt 64 ]'
  check "files account for little of it" test "$(du -sk /srv/exports | cut -f1)" -lt 8000
  check "a deleted file is open" bash -c "ls -l /proc/*/fd 2>/dev/null | grep -q 'q4.work (deleted)'"
  check "the service fails with ENOSPC" log_has export-api 'No space left on device'
}
alert() { alertmanager DiskSpaceExhausted critical "/srv/exports on $HOST is 100% full" label.mountpoint=/srv/exports label.job=node annotation.description="du finds only a few megabytes below /srv/exports."; }
label() { root_cause filesystem /srv/exports disk.space_exhausted "report-builder holds a deleted file of the size of the volume"; }
