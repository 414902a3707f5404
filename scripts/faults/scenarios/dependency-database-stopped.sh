# A database was stopped; the services above it fail. The alert names one of them.
# shellcheck shell=bash disable=SC2034
HOST=merlin
EARLY=1
prepare() { database ledger-db 5433; app orders-api 8080 work.item=order database.host=127.0.0.1 database.port=5433; app refunds 8089 work.item=refund database.host=127.0.0.1 database.port=5433; }
up() { stop ledger-db; }
verify() { check "refused" log_has orders-api '127.0.0.1:5433: .*Connection refused'; check "and for the other one" log_has refunds 'Connection refused'; check_not "nothing listens" listening 5433; }
alert() { alertmanager OrdersApiErrorRateHigh critical "orders-api on $HOST answers 5xx" label.service=orders-api; }
label() { root_cause service ledger-db service.stopped "the database was stopped; orders-api and refunds fail above it"; }
