# A batch job burns both processors; an interactive service becomes slow.
# shellcheck shell=bash disable=SC2034
HOST=atlas
NOISY=1
SETTLE=12
prepare() {
  app quote-api 8083 work.item=quote work.interval=1.5 work.hash_rounds=80000 work.slow_ms=120
  mkdir -p /opt/reporting/bin
  cat > /opt/reporting/bin/nightly-report <<'PY'
#!/usr/bin/python3
import os, time
for _ in range(7):
    if os.fork() == 0:
        break
end = time.time() + 600
while time.time() < end:
    sum(i * i for i in range(10000))
PY
  chmod 755 /opt/reporting/bin/nightly-report
}
up() { background nightly-report chpst -u app /opt/reporting/bin/nightly-report; }
verify() {
  check "processors are busy" bash -c 'awk "/^some/ { sub(/.*avg10=/, \"\"); exit !(\$1 + 0 > 20) }" /proc/pressure/cpu'
  check "the quotes are slow" log_has quote-api 'took [0-9]+ ms'
}
alert() { alertmanager HostHighCpuLoad warning "CPU load on $HOST is above 90%" label.job=node; }
label() { root_cause process nightly-report cpu.saturated "eight busy processes of nightly-report on two processors"; }
