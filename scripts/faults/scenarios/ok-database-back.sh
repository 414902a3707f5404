# A database was away for some seconds and is back.
# shellcheck shell=bash disable=SC2034
HOST=badger
prepare() { database ledger-db 5433; app orders-api 8080 work.item=order database.host=127.0.0.1 database.port=5433; app refunds 8089 work.item=refund database.host=127.0.0.1 database.port=5433; }
up() { stop ledger-db; sleep 3; start ledger-db; }
SETTLE=11
verify() { check "errors in the log" log_has orders-api 'Connection refused'; PATIENCE=15; check "healthy" answers http://127.0.0.1:8080/health; check "the database listens" listening 5433; }
alert() { alertmanager OrdersApiErrorRateHigh critical "orders-api on $HOST answers 5xx" label.service=orders-api; }
label() { healthy "ledger-db was restarted; orders-api works again"; }
