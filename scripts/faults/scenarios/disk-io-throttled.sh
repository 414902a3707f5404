# A writer waits in the kernel: the device lets 48 KB a second through for its control group.
# shellcheck shell=bash disable=SC2034
HOST=otter
NOISY=1
SETTLE=9
prepare() {
  volume /srv/journal 64
  limit_group blkio ingest
  BEFORE=$(in_group blkio ingest) app ingest 8071 work.item=event work.interval=0.3 work.slow_ms=500 storage.dir=/srv/journal storage.kb=128 storage.sync=yes
  web storefront 8000
}
up() { echo "$(device_number /srv/journal) 49152" > /sys/fs/cgroup/blkio/ingest/blkio.throttle.write_bps_device; }
verify() {
  check "writes are slow" log_has ingest 'took [0-9]{4,} ms'
  check "the writer is in uninterruptible sleep" bash -c 'for i in $(seq 40); do for t in /proc/$(cat /etc/service/ingest/supervise/pid)/task/*/stat; do [ "$(cut -d" " -f3 $t)" = D ] && exit 0; done; sleep 0.1; done; exit 1'
}
alert() { alertmanager EventIngestLatencyHigh warning "ingest on $HOST takes seconds per event" label.service=ingest label.job=ingest annotation.description="p95 of event writes above 500 ms."; }
label() { root_cause service ingest disk.io_throttled "blkio.throttle.write_bps_device of its control group is 48 KiB/s" also=/srv/journal; }
