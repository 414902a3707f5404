# A container was unhealthy and recovered. Decoy: an exited migration job with code 0.
# shellcheck shell=bash disable=SC2034
HOST=dock-1
prepare() { docker_engine; }
past() {
  image registry.northwind.internal/shop/cart:3.9.0 <<'SH'
#!/bin/sh
echo "INFO cart 3.9.0 started"
while :; do if [ -e /tmp/full ]; then echo "ERROR connection pool exhausted (50 of 50 in use)" >&2; else echo "INFO 9 carts"; fi; sleep 2; done
SH
  run cart "${HEALTH[@]}" --health-cmd='[ ! -e /tmp/full ] || { echo "pool exhausted"; exit 1; }' registry.northwind.internal/shop/cart:3.9.0
  run cart-migrate --entrypoint /bin/sh registry.northwind.internal/shop/cart:3.9.0 -c 'echo "INFO schema is current"; exit 0'
}
up() {
  docker exec cart touch /tmp/full
  wait_for 15 container_is cart '{{.State.Health.Status}}' unhealthy
  docker exec cart rm /tmp/full
  wait_for 15 container_is cart '{{.State.Health.Status}}' healthy
}
verify() { check "healthy" container_is cart '{{.State.Health.Status}}' healthy; check "errors in the log" bash -c 'docker logs cart 2>&1 | grep -q "pool exhausted"'; }
alert() { alertmanager ContainerUnhealthy critical "container cart on $HOST is unhealthy" label.name=cart; }
label() { healthy "the pool was freed, the health check passes"; }
