# A database container was stopped; the container above it is unhealthy.
# shellcheck shell=bash disable=SC2034
HOST=dock-4
SETTLE=8
prepare() { docker_engine; mkdir -p /srv/run; }
past() {
  image registry.northwind.internal/base/queue:2.0 <<'SH'
#!/bin/sh
echo "INFO queue 2.0 ready"
while :; do date +%s > /run/q/alive; sleep 1; done
SH
  image registry.northwind.internal/shop/orders-worker:6.4.0 <<'SH'
#!/bin/sh
echo "INFO orders-worker 6.4.0 started"
while :; do
  if [ -e /run/q/alive ]; then echo ok > /tmp/state; else echo bad > /tmp/state; echo "ERROR queue unreachable: /run/q/alive: No such file or directory" >&2; fi
  sleep 1
done
SH
  run queue -v /srv/run:/run/q registry.northwind.internal/base/queue:2.0
  run orders-worker -v /srv/run:/run/q "${HEALTH[@]}" --health-cmd='grep -q ok /tmp/state || { echo "queue unreachable"; exit 1; }' registry.northwind.internal/shop/orders-worker:6.4.0
  wait_for 15 container_is orders-worker '{{.State.Health.Status}}' healthy
}
up() { docker stop -t 1 queue >/dev/null; rm -f /srv/run/alive; }
verify() { PATIENCE=15; check "the queue is down" container_is queue '{{.State.Status}}' exited; check "the worker is unhealthy" container_is orders-worker '{{.State.Health.Status}}' unhealthy; }
alert() { alertmanager ContainerUnhealthy critical "container orders-worker on $HOST is unhealthy" label.name=orders-worker; }
label() { root_cause container queue container.exited "the queue container was stopped; orders-worker is unhealthy above it" type=service.stopped; }
