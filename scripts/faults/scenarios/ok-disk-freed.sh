# A volume was full and was freed; the errors stand in the log, the alert still fires.
# shellcheck shell=bash disable=SC2034
HOST=isis
prepare() {
  volume /srv/orders 48
  app orders-api 8080 work.item=order storage.dir=/srv/orders storage.kb=8 database.host=127.0.0.1 database.port=5433
  database ledger-db 5433
}
up() { fill /srv/orders q3-export.part; wait_for 8 log_has orders-api 'No space left on device'; rm -f /srv/orders/q3-export.part; }
SETTLE=11
verify() { check "errors in the log" log_has orders-api 'No space left on device'; check "space now" test "$(df --output=avail /srv/orders | tail -n 1)" -gt 10000; PATIENCE=15; check "healthy now" answers http://127.0.0.1:8080/health; }
alert() { alertmanager OrdersApiErrorRateHigh critical "orders-api on $HOST answers 5xx for most requests" label.service=orders-api; }
label() { healthy "the volume was full for a moment and was freed"; }
