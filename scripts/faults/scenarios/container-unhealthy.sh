# A container runs but its health check fails.
# shellcheck shell=bash disable=SC2034
HOST=dock-7
SETTLE=8
prepare() { docker_engine; app edge-proxy 8080 work.item=request; }
past() {
  image registry.northwind.internal/shop/catalog:2.14.1 <<'SH'
#!/bin/sh
echo "INFO catalog 2.14.1 started, pool size 50"
n=0
while :; do
  n=$((n + 1))
  if [ "$(wc -l < /tmp/leases 2>/dev/null || echo 0)" -ge 50 ]; then echo "ERROR connection pool exhausted (50 of 50 in use), request $n rejected" >&2; else [ $((n % 5)) -ne 1 ] || echo "INFO $n requests served"; fi
  sleep 1
done
SH
  run catalog "${HEALTH[@]}" --health-cmd='[ "$(cat /tmp/leases 2>/dev/null | wc -l)" -lt 50 ] || { echo "pool exhausted: 50 of 50 connections in use"; exit 1; }' registry.northwind.internal/shop/catalog:2.14.1
  run cart --health-cmd='true' "${HEALTH[@]}" registry.northwind.internal/shop/catalog:2.14.1
}
up() { docker exec catalog sh -c 'seq 50 > /tmp/leases'; }
verify() { PATIENCE=15; check "unhealthy" container_is catalog '{{.State.Health.Status}}' unhealthy; check "the other is healthy" container_is cart '{{.State.Health.Status}}' healthy; check "its log says why" bash -c 'docker logs catalog 2>&1 | grep -q "pool exhausted"'; }
alert() { alertmanager ContainerUnhealthy critical "container catalog on $HOST is unhealthy" label.name=catalog label.image=registry.northwind.internal/shop/catalog:2.14.1; }
label() { root_cause container catalog container.unhealthy "its connection pool is exhausted, the health check fails"; }
