# A service could not parse its configuration; the file was mended.
# shellcheck shell=bash disable=SC2034
HOST=avon
prepare() { app orders-api 8080 work.item=order; web storefront 8000; }
up() { edit /etc/orders-api/orders-api.conf 's/^item = .*/item order/'; restart orders-api; wait_for 8 log_has orders-api FATAL; edit /etc/orders-api/orders-api.conf 's/^item order/item = order/'; sleep 2; }
SETTLE=4
verify() { check "the old error" log_has orders-api 'FATAL cannot start'; check "healthy" answers http://127.0.0.1:8080/health; }
alert() { alertmanager ServiceDown critical "orders-api on $HOST is down" label.service=orders-api; }
label() { healthy "the configuration was mended, the service runs"; }
