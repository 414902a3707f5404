# All containers run; an alert about a job that ended well.
# shellcheck shell=bash disable=SC2034
HOST=dock-8
prepare() { docker_engine; old_dpkg 2000 containerd 1.6.20~ds1-1+b1 1.6.20~ds1-1+deb12u1; }
past() {
  image registry.northwind.internal/data/nightly-sync:1.8 <<'SH'
#!/bin/sh
echo "INFO nightly-sync 1.8: 14 tables to copy"; echo "INFO done, 218113 rows"
SH
  image registry.northwind.internal/shop/web:5.0.2 <<'SH'
#!/bin/sh
while :; do echo "INFO 200 pages"; sleep 10; done
SH
  run web --restart unless-stopped registry.northwind.internal/shop/web:5.0.2
  run nightly-sync registry.northwind.internal/data/nightly-sync:1.8
}
verify() { check "the job ended well" container_is nightly-sync '{{.State.Status}} {{.State.ExitCode}}' 'exited 0'; check "web runs" container_is web '{{.State.Status}}' running; }
alert() { alertmanager ContainerGone warning "container nightly-sync on $HOST is not running" label.name=nightly-sync; }
label() { healthy "a job that ended with 0; it is not meant to keep running"; }
