# The data volume of a service is full; its journal cannot grow.
# shellcheck shell=bash disable=SC2034
HOST=birch
SETTLE=4

prepare() {
  volume /srv/orders 48
  mkdir -p /srv/orders/exports; head -c 14M /dev/urandom > /srv/orders/exports/2025-q3.parquet; chown -R app:app /srv/orders
  database ledger-db 5433
  app orders-api 8080 work.item=order storage.dir=/srv/orders storage.kb=8 database.host=127.0.0.1 database.port=5433
  web storefront 8000
}
up() { fill /srv/orders exports/2025-q4.parquet.part; chown app:app /srv/orders/exports/*; }
verify() {
  check "no space left" test "$(df --output=avail /srv/orders | tail -n 1)" -eq 0
  check "the service fails with ENOSPC" log_has orders-api 'No space left on device'
  check "its health page says 503" answers http://127.0.0.1:8080/health 503
  check "the database runs" running ledger-db
}
alert() {
  alertmanager OrdersApiErrorRateHigh critical "orders-api on $HOST answers 5xx for most requests" label.service=orders-api label.job=orders-api \
    annotation.description="More than 50% of requests to orders-api failed over the last minute."
}
label() { root_cause filesystem /srv/orders disk.space_exhausted "exports filled the volume of orders-api"; }
