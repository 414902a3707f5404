# A service's process is stopped (SIGSTOP): connections are accepted by the kernel, nobody answers.
# shellcheck shell=bash disable=SC2034
HOST=trent
prepare() { app inventory 8087 work.item=stock; app orders-api 8080 work.item=order upstream.url=http://127.0.0.1:8087/ upstream.timeout=2; }
up() { kill -STOP "$(service_pid inventory)"; }
SETTLE=6
verify() { check "state T" bash -c '[ "$(awk "\$1==\"State:\"{print \$2}" /proc/$(cat /etc/service/inventory/supervise/pid)/status)" = T ]'; check "callers time out" log_has orders-api 'timed out'; }
alert() { alertmanager OrdersTimeouts critical "orders-api on $HOST: requests time out" label.service=orders-api; }
label() { root_cause service inventory service.hung "its process is stopped (state T)"; }
