# A database's writes crawl; the alert speaks of the service above it. Decoy: an old kernel I/O remark.
# shellcheck shell=bash disable=SC2034
HOST=swale
NOISY=1
SETTLE=9
prepare() {
  volume /srv/ledger 64
  limit_group blkio ledger
  BEFORE=$(in_group blkio ledger) app ledger 8089 work.item=entry work.interval=0.3 work.slow_ms=400 storage.dir=/srv/ledger storage.kb=96 storage.sync=yes
  app statements 8091 work.item=statement upstream.url=http://127.0.0.1:8089/health upstream.timeout=2
  old_syslog kern.log "$(H 29)" kernel "[  911.200211] EXT4-fs (loop0): re-mounted. Quota mode: none."
}
up() { echo "$(device_number /srv/ledger) 40960" > /sys/fs/cgroup/blkio/ledger/blkio.throttle.write_bps_device; }
verify() {
  check "writes are slow" log_has ledger 'took [0-9]{4,} ms'
  check "the service above sees 503" log_has statements '503'
}
alert() { grafana StatementsErrors warning "statements on $HOST: error rate above 20%" label.service=statements value=0.63; }
label() { root_cause service ledger disk.io_throttled "its control group may write 40 KiB/s; statements fails above it" also=/srv/ledger; }
