# An importer is killed at its memory limit. Decoys: a package upgrade and a harmless configuration change of a neighbour.
# shellcheck shell=bash disable=SC2034
HOST=willow
NOISY=1
prepare() {
  limit_group memory importer memory.limit_in_bytes=58720256 memory.memsw.limit_in_bytes=58720256
  BEFORE=$(in_group memory importer) app importer 8097 work.item=row work.interval=0.05 cache.max_mb=6
  database ledger-db 5433
  old_dpkg 1500 python3.11-minimal 3.11.2-6+deb12u5 3.11.2-6+deb12u6
}
up() { echo '# retention = 30d' >> /etc/ledger-db/ledger-db.conf; edit /etc/importer/importer.conf 's/max_mb = .*/max_mb = 900/'; touch -d '9 days ago' /etc/importer/importer.conf; restart importer; }
SETTLE=7
verify() {
  check "the kernel killed it" bash -c '[ "$(sed -n "s/^oom_kill //p" /sys/fs/cgroup/memory/importer/memory.oom_control)" -gt 0 ]'
  check "the kernel log says so" bash -c 'dmesg | grep -q "Memory cgroup out of memory: Killed process.*importer"'
}
alert() { homemade title="importer unstable" host="$HOST" level=major component=importer text="importer was seen with 3 different process ids in one minute" since="$(clock "$T_FAULT" %FT%TZ)"; }
label() { root_cause service importer memory.oom_killed "its working set outgrew the 56 MiB limit of its control group"; }
