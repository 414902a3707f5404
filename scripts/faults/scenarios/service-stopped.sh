# A service was stopped by hand and not started again.
# shellcheck shell=bash disable=SC2034
HOST=calder
EARLY=1
prepare() { app notifier 8072 work.item=message; app orders-api 8080 work.item=order upstream.url=http://127.0.0.1:8072/; }
up() { stop notifier; }
verify() {
  check "it is down" bash -c 'sv status /etc/service/notifier | grep -q "^down"'
  check "the caller sees it" log_has orders-api 'Connection refused'
}
alert() { alertmanager ServiceDown critical "notifier on $HOST is down" label.service=notifier label.job=notifier; }
label() { root_cause service notifier service.stopped "stopped in the supervisor"; }
