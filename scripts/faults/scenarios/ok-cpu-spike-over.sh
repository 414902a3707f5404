# The processors were busy for a while and are idle again.
# shellcheck shell=bash disable=SC2034
HOST=juniper
NOISY=1
prepare() { app quote-api 8083 work.item=quote work.interval=1.5 work.hash_rounds=20000 work.slow_ms=2000; }
past() { timeout 4 sh -c 'while :; do :; done' & timeout 4 sh -c 'while :; do :; done' & wait; }
SETTLE=4
verify() { check "nobody spins" bash -c '! ps -eo pcpu,comm --sort=-pcpu --no-headers | head -n 1 | awk "{ exit !(\$1 > 50) }"'; check "healthy" answers http://127.0.0.1:8083/health; }
alert() { alertmanager HostHighCpuLoad warning "CPU load on $HOST is above 90%" label.job=node start="$((T_PAST + 1))"; }
label() { healthy "a short spike that is over"; }
