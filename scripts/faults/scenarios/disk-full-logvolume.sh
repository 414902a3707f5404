# A service cannot write its own log file any more; the volume of the logs is full, its neighbour is fine.
# shellcheck shell=bash disable=SC2034
HOST=web-03
SETTLE=7
EARLY=1
prepare() {
  volume /var/log/checkout 24
  app checkout 8081 work.item=basket work.interval=0.02 log.file=/var/log/checkout/checkout.log
  mkdir -p /srv/catalog; chown app:app /srv/catalog
  app catalog 8082 work.item=product storage.dir=/srv/catalog
  sed -i 's#svlogd -tt /var/log/checkout#svlogd -tt /var/log/checkout.err#' /etc/sv/checkout/log/run; mkdir -p /var/log/checkout.err
}
up() { fill /var/log/checkout checkout.log.1; }
verify() {
  check "no space left" test "$(df --output=avail /var/log/checkout | tail -n 1)" -eq 0
  check "the service says so" log_has checkout.err 'No space left on device'
  check "catalog answers" answers http://127.0.0.1:8082/health
}
alert() {
  alertmanager HostDiskFull warning "/var/log/checkout on $HOST has less than 1% free space" label.mountpoint=/var/log/checkout label.fstype=ext4 label.job=node
}
label() { root_cause filesystem /var/log/checkout disk.space_exhausted "an old log that was not rotated away filled the log volume"; }
