# A program file was cut off while it was copied; it cannot be executed.
# shellcheck shell=bash disable=SC2034
HOST=stour
prepare() {
  mkdir -p /opt/exporter/bin; cp /usr/bin/busybox /opt/exporter/bin/exporter
  supervised exporter 'exec chpst -u app -b sleep /opt/exporter/bin/exporter 86400'
  app orders-api 8080 work.item=order
}
up() { stop exporter; truncate -s 0 /opt/exporter/bin/exporter; truncate -s 1310720 /opt/exporter/bin/exporter; sv up /etc/service/exporter; }
SETTLE=5
verify() {
  check "exec fails" log_has exporter '[Ee]xec format error'
  check "again and again" at_least 2 restarts exporter '[Ee]xec format error'
}
alert() { grafana ExporterAbsent warning "exporter on $HOST is absent" label.service=exporter; }
label() { root_cause service exporter service.crash_loop "its program file has the right size but holds only zeros" type=service.crash; }
