# A container crashed once, was restarted by its policy and is healthy.
# shellcheck shell=bash disable=SC2034
HOST=dock-2
prepare() { docker_engine; }
past() {
  image registry.northwind.internal/shop/catalog:2.14.2 <<'SH'
#!/bin/sh
echo "INFO catalog 2.14.2 started"
[ -e /tmp/warm ] || { touch /tmp/warm; sleep 2; echo "FATAL lost connection to cache, giving up" >&2; exit 1; }
while :; do echo "INFO 40 requests served"; sleep 5; done
SH
  run catalog --restart on-failure:5 "${HEALTH[@]}" --health-cmd=true registry.northwind.internal/shop/catalog:2.14.2
  wait_for 15 bash -c '[ "$(docker inspect -f "{{.RestartCount}}" catalog)" -ge 1 ]'
}
SETTLE=5
verify() { PATIENCE=12; check "restarted once" container_is catalog '{{.RestartCount}}' 1; check "healthy" container_is catalog '{{.State.Health.Status}}' healthy; }
alert() { alertmanager ContainerRestarted warning "container catalog on $HOST restarted" label.name=catalog start="$((T_PAST + 4))"; }
label() { healthy "one restart by policy, healthy since"; }
