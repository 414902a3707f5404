# A line of a configuration file lost its equals sign; the service cannot start.
# shellcheck shell=bash disable=SC2034
HOST=alder
prepare() { app orders-api 8080 work.item=order database.host=127.0.0.1 database.port=5433; database ledger-db 5433; }
up() { edit /etc/orders-api/orders-api.conf 's/^host = .*/host 127.0.0.1/'; restart orders-api; }
SETTLE=5
verify() { check "it cannot parse its file" log_has orders-api 'FATAL cannot start: .*pars'; check "again and again" at_least 2 restarts orders-api FATAL; }
alert() { alertmanager ServiceDown critical "orders-api on $HOST is down" label.service=orders-api; }
label() { root_cause service orders-api config.invalid "/etc/orders-api/orders-api.conf does not parse"; }
