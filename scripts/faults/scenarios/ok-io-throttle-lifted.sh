# Writes were slow while a limit was set; it was lifted.
# shellcheck shell=bash disable=SC2034
HOST=brant
NOISY=1
prepare() { volume /srv/journal 64; limit_group blkio ingest; BEFORE=$(in_group blkio ingest) app ingest 8071 work.item=event work.interval=0.3 work.slow_ms=500 storage.dir=/srv/journal storage.kb=128 storage.sync=yes; }
past() { echo "$(device_number /srv/journal) 49152" > /sys/fs/cgroup/blkio/ingest/blkio.throttle.write_bps_device; wait_for 12 log_has ingest 'took [0-9]{4,} ms'; echo "$(device_number /srv/journal) 0" > /sys/fs/cgroup/blkio/ingest/blkio.throttle.write_bps_device; }
SETTLE=12
verify() { check "slow writes in the log" log_has ingest 'took [0-9]{4,} ms'; PATIENCE=15; check "healthy" answers http://127.0.0.1:8071/health; }
alert() { alertmanager EventIngestLatencyHigh warning "ingest on $HOST takes seconds per event" label.service=ingest start="$((T_PAST + 1))"; }
label() { healthy "the write limit was lifted, events take milliseconds"; }
