# A service has a processor quota of 4%; the host is idle.
# shellcheck shell=bash disable=SC2034
HOST=aire
SETTLE=7
prepare() {
  limit_group cpu pricing cpu.cfs_period_us=100000 cpu.cfs_quota_us=100000
  BEFORE=$(in_group cpu pricing) app pricing 8086 work.item=price work.interval=1 work.hash_rounds=50000 work.slow_ms=400
  web storefront 8000
}
up() { echo 4000 > /sys/fs/cgroup/cpu/pricing/cpu.cfs_quota_us; }
verify() {
  check "the group is throttled" bash -c '[ "$(sed -n "s/^nr_throttled //p" /sys/fs/cgroup/cpu/pricing/cpu.stat)" -gt 10 ]'
  check "prices are slow" log_has pricing 'took [0-9]+ ms'
}
alert() { alertmanager PricingLatencyHigh warning "pricing on $HOST answers slowly" label.service=pricing annotation.description="p95 above 400 ms for one minute. Node CPU is low."; }
label() { root_cause service pricing cpu.throttled "cpu.cfs_quota_us of its control group is 4 ms in 100 ms"; }
