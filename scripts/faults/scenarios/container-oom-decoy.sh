# A container is killed at its memory limit and restarted, over and over. Decoys: an unhealthy-looking neighbour that exited on purpose and an upgrade.
# shellcheck shell=bash disable=SC2034
HOST=dock-13
SETTLE=7
prepare() { docker_engine; old_dpkg 1300 docker.io 20.10.24+dfsg1-1+b3 20.10.24+dfsg1-1+deb12u1; }
past() {
  image registry.northwind.internal/data/aggregator:4.2.0 <<'SH'
#!/bin/sh
echo "INFO aggregator 4.2.0 window ${WINDOW:-60}s"
[ -e /tmp/wide ] || { while [ ! -e /tmp/wide ]; do sleep 1; done; }
echo "INFO window widened to 86400s, reading events"
exec tail /dev/zero
SH
  run aggregator --restart always --memory 40m --memory-swap 40m -e WINDOW=60 registry.northwind.internal/data/aggregator:4.2.0
  run migrate-4.2 --entrypoint /bin/sh registry.northwind.internal/data/aggregator:4.2.0 -c 'echo "INFO 3 migrations applied"; exit 0'
}
up() { docker exec aggregator touch /tmp/wide; }
verify() { check "restarted" bash -c '[ "$(docker inspect -f "{{.RestartCount}}" aggregator)" -ge 2 ]'; check "the kernel says so" bash -c 'dmesg | grep -q "Memory cgroup out of memory: Killed process.*tail"'; }
alert() { grafana ContainerRestarts warning "aggregator on $HOST restarted more than twice" label.container=aggregator value=4; }
label() { root_cause container aggregator memory.oom_killed "the wide window does not fit into 40 MiB"; }
