# A service runs within a few percent of the memory limit of its control group and reclaims all the time.
# shellcheck shell=bash disable=SC2034
HOST=severn
NOISY=1
SETTLE=9
prepare() {
  limit_group memory catalog memory.limit_in_bytes=75497472
  mkdir -p /srv/catalog; head -c 80M /dev/urandom > /srv/catalog/products.db; chown -R app:app /srv/catalog; uncached /srv/catalog/products.db
  BEFORE=$(in_group memory catalog) script_service catalog <<'PY'
#!/usr/bin/python3
import configparser, os, time
def settings():
    c = configparser.ConfigParser(); c.read("/etc/catalog/catalog.conf"); return c.getint("cache", "mb"), c.getint("cache", "scan_mb")
held = []
n = 0
while True:
    mb, scan = settings()
    while len(held) < mb:
        held.append(bytearray(os.urandom(1024) * 1024))
    begin = time.monotonic()
    with open("/srv/catalog/products.db", "rb", buffering=0) as f:
        left = scan
        while left > 0 and f.read(1 << 20):
            left -= 1
    took = (time.monotonic() - begin) * 1000
    n += 1
    if scan > 20:
        print(f"WARN scan {n} read {scan} MB in {took:.0f} ms, cache {mb} MB, page cache is cold again", flush=True)
    elif n % 10 == 1:
        print(f"INFO scan {n} in {took:.0f} ms, cache {mb} MB", flush=True)
    time.sleep(0.5)
PY
  ini /etc/catalog/catalog.conf cache.mb=8 cache.scan_mb=8
}
up() { uncached /srv/catalog/products.db; ini /etc/catalog/catalog.conf cache.mb=50 cache.scan_mb=80; }
verify() {
  check "usage is above 95% of the limit" bash -c '[ "$(cat /sys/fs/cgroup/memory/catalog/memory.usage_in_bytes)" -gt 71000000 ]'
  check "allocations hit the limit" bash -c '[ "$(cat /sys/fs/cgroup/memory/catalog/memory.failcnt)" -gt 50 ]'
  check "the service says its cache is cold" log_has catalog 'page cache is cold'
}
alert() { alertmanager ServiceMemoryNearLimit warning "catalog on $HOST uses more than 95% of its memory limit" label.service=catalog annotation.description="Requests are slow, the working set does not fit."; }
label() { root_cause service catalog memory.exhausted "a cache of 50 MB and an 80 MB working set against 72 MiB; reclaims without being killed"; }
