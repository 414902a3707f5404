# A service reached its memory limit and stands still: its control group does not kill, it waits.
# shellcheck shell=bash disable=SC2034
HOST=teal
NOISY=1
SETTLE=9
prepare() {
  limit_group memory reporting memory.limit_in_bytes=62914560 memory.memsw.limit_in_bytes=62914560 memory.oom_control=1
  BEFORE=$(in_group memory reporting) app reporting 8093 work.item=report work.interval=0.1 cache.max_mb=6
  web storefront 8000
}
up() { edit /etc/reporting/reporting.conf 's/max_mb = .*/max_mb = 600/'; restart reporting; }
verify() {
  check "the group is out of memory" grep -q 'under_oom 1' /sys/fs/cgroup/memory/reporting/memory.oom_control
  check "the service does not answer" answers http://127.0.0.1:8093/health 000
}
alert() { alertmanager EndpointDown critical "reporting on $HOST does not answer its health check" label.service=reporting label.target=http://127.0.0.1:8093/health; }
label() { root_cause service reporting memory.exhausted "its control group is at 60 MiB with the OOM killer off; every allocation waits"; }
