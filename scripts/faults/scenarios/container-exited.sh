# A job container ended with an error.
# shellcheck shell=bash disable=SC2034
HOST=dock-3
EARLY=1
SETTLE=4
prepare() { docker_engine; }
past() {
  image registry.northwind.internal/data/nightly-sync:1.8 <<'SH'
#!/bin/sh
echo "INFO nightly-sync 1.8: 14 tables to copy"
sleep 1
echo "INFO table orders: 18211 rows"
echo "ERROR table ledger: checksum mismatch at row 9120 (expected 5f1c, got 0000)" >&2
exit 3
SH
  image registry.northwind.internal/shop/web:5.0.2 <<'SH'
#!/bin/sh
while :; do echo "INFO 200 pages"; sleep 10; done
SH
  run web --restart unless-stopped registry.northwind.internal/shop/web:5.0.2
}
up() { run nightly-sync registry.northwind.internal/data/nightly-sync:1.8; }
verify() { check "exited with 3" container_is nightly-sync '{{.State.Status}} {{.State.ExitCode}}' 'exited 3'; check "web runs" container_is web '{{.State.Status}}' running; }
alert() { alertmanager JobFailed warning "nightly-sync on $HOST failed" label.container=nightly-sync; }
label() { root_cause container nightly-sync container.exited "exit code 3: checksum mismatch in table ledger"; }
