# A container was recreated with a database address that does not exist.
# shellcheck shell=bash disable=SC2034
HOST=dock-5
SETTLE=6
prepare() { docker_engine; mkdir -p /srv/sockets; }
past() {
  image registry.northwind.internal/shop/loyalty:1.22.0 <<'SH'
#!/bin/sh
echo "INFO loyalty 1.22.0 using database $DATABASE_HOST:$DATABASE_PORT"
ip link set lo up 2>/dev/null
while :; do
  if nc -w 1 "$DATABASE_HOST" "$DATABASE_PORT" </dev/null 2>/tmp/e; then echo ok > /tmp/state; else echo "ERROR cannot connect to $DATABASE_HOST:$DATABASE_PORT: $(cat /tmp/e)" >&2; echo bad > /tmp/state; fi
  sleep 1
done
SH
  image registry.northwind.internal/base/points-db:15.4 <<'SH'
#!/bin/sh
exec nc -ll -p 5432 -e /bin/true
SH
  run points-db registry.northwind.internal/base/points-db:15.4
  docker run -d --name loyalty --network container:points-db "${HEALTH[@]}" --health-cmd='grep -q ok /tmp/state' -e DATABASE_HOST=127.0.0.1 -e DATABASE_PORT=5432 registry.northwind.internal/shop/loyalty:1.22.0 >/dev/null
  wait_for 15 container_is loyalty '{{.State.Health.Status}}' healthy
}
up() {
  docker rm -f loyalty >/dev/null
  docker run -d --name loyalty --network container:points-db "${HEALTH[@]}" --health-cmd='grep -q ok /tmp/state' -e DATABASE_HOST=127.0.0.1 -e DATABASE_PORT=5423 registry.northwind.internal/shop/loyalty:1.22.0 >/dev/null
}
verify() { PATIENCE=15; check "unhealthy" container_is loyalty '{{.State.Health.Status}}' unhealthy; check "its log names the address" bash -c 'docker logs loyalty 2>&1 | grep -q "cannot connect to 127.0.0.1:5423"'; check "the database runs" container_is points-db '{{.State.Status}}' running; }
alert() { alertmanager LoyaltyPointsFailing critical "loyalty on $HOST: points are not booked" label.container=loyalty; }
label() { root_cause container loyalty config.invalid "DATABASE_PORT=5423 in its environment; points-db listens on 5432" type=container.unhealthy; }
