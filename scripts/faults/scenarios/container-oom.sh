# A container is killed at its memory limit.
# shellcheck shell=bash disable=SC2034
HOST=dock-6
SETTLE=5
prepare() { docker_engine; web storefront 8000; }
past() {
  image registry.northwind.internal/media/resizer:0.9.3 <<'SH'
#!/bin/sh
echo "INFO resizer 0.9.3 waiting for work"
while [ ! -e /tmp/batch ]; do sleep 1; done
echo "INFO loading batch of $(cat /tmp/batch) images into memory"
exec tail /dev/zero
SH
  run resizer --memory 32m --memory-swap 32m registry.northwind.internal/media/resizer:0.9.3
}
up() { docker exec resizer sh -c 'echo 4096 > /tmp/batch'; }
verify() { check "killed for memory" container_is resizer '{{.State.OOMKilled}}' true; check "exit code 137" container_is resizer '{{.State.ExitCode}}' 137; check "the kernel says so" bash -c 'dmesg | grep -q "Memory cgroup out of memory: Killed process.*tail"'; }
alert() { alertmanager ContainerDown critical "container resizer on $HOST is not running" label.name=resizer; }
label() { root_cause container resizer memory.oom_killed "32 MiB are not enough for a batch of 4096 images"; }
