# A node service under a tight processor quota answers its callers too late.
# shellcheck shell=bash disable=SC2034
HOST=tamar
SETTLE=8
prepare() {
  limit_group cpu search-index cpu.cfs_period_us=100000 cpu.cfs_quota_us=-1
  BEFORE=$(in_group cpu search-index) app search-index 9300 work.item=query work.interval=0.3 work.hash_rounds=40000 work.slow_ms=300
  app product-api 8084 work.item=product upstream.url=http://127.0.0.1:9300/ upstream.timeout=1
}
up() { echo 3000 > /sys/fs/cgroup/cpu/search-index/cpu.cfs_quota_us; }
verify() {
  check "the group is throttled" bash -c '[ "$(sed -n "s/^nr_throttled //p" /sys/fs/cgroup/cpu/search-index/cpu.stat)" -gt 10 ]'
  check "the caller fails" log_has product-api 'failed'
}
alert() { alertmanager ProductApiErrorRateHigh critical "product-api on $HOST: searches time out" label.service=product-api; }
label() { root_cause service search-index cpu.throttled "quota of 3 ms in 100 ms; product-api times out above it"; }
