# A service cannot start helpers: its pids control group is at its limit.
# shellcheck shell=bash disable=SC2034
HOST=web-08
EARLY=1
prepare() {
  limit_group pids thumbnailer pids.max=64
  BEFORE=$(in_group pids thumbnailer) app thumbnailer 8070 work.item=thumb work.interval=1 work.slow_ms=5000 'render.command=/bin/sleep 0.2' render.parallel=4
  web storefront 8000
}
up() { echo 4 > /sys/fs/cgroup/pids/thumbnailer/pids.max; }
verify() {
  check "fork fails with EAGAIN" log_has thumbnailer 'Resource temporarily unavailable'
  check "the group counts refused forks" bash -c '[ "$(sed -n "s/^max //p" /sys/fs/cgroup/pids/thumbnailer/pids.events)" -gt 0 ]'
}
alert() { alertmanager ThumbnailQueueStuck warning "thumbnailer on $HOST: no thumbnail rendered in the last minute" label.service=thumbnailer; }
label() { root_cause service thumbnailer pids.exhausted "pids.max of its control group is 4"; }
