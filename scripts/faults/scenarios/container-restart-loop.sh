# A container misses a setting and restarts for ever.
# shellcheck shell=bash disable=SC2034
HOST=dock-12
EARLY=1
SETTLE=6
prepare() { docker_engine; app edge-proxy 8080 work.item=request; }
past() {
  image registry.northwind.internal/shop/checkout:7.1.0 <<'SH'
#!/bin/sh
echo "INFO checkout 7.1.0 starting"
[ -n "$PAYMENT_KEY_FILE" ] || { echo "FATAL config: PAYMENT_KEY_FILE is not set" >&2; exit 1; }
echo "INFO ready"; while :; do sleep 5; echo "INFO 12 checkouts"; done
SH
  run checkout --restart always -e PAYMENT_KEY_FILE=/run/keys/payment registry.northwind.internal/shop/checkout:7.1.0
}
up() { docker rm -f checkout >/dev/null; run checkout --restart always registry.northwind.internal/shop/checkout:7.1.0; }
verify() { check "restarts" bash -c '[ "$(docker inspect -f "{{.RestartCount}}" checkout)" -ge 2 ]'; check "its log says why" bash -c 'docker logs checkout 2>&1 | grep -q "PAYMENT_KEY_FILE is not set"'; }
alert() { alertmanager ContainerRestarting critical "container checkout on $HOST restarts in a loop" label.name=checkout; }
label() { root_cause container checkout config.invalid "PAYMENT_KEY_FILE is not set" type=container.crash_loop; }
