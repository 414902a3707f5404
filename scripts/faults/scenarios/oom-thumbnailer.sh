# A service is killed again and again at the memory limit of its control group.
# shellcheck shell=bash disable=SC2034
HOST=ribble
NOISY=1
prepare() {
  limit_group memory thumbnailer memory.limit_in_bytes=67108864 memory.memsw.limit_in_bytes=67108864
  BEFORE=$(in_group memory thumbnailer) app thumbnailer 8070 work.item=thumb work.interval=0.05 cache.max_mb=8
  web storefront 8000
}
up() { edit /etc/thumbnailer/thumbnailer.conf 's/max_mb = .*/max_mb = 512/'; restart thumbnailer; }
SETTLE=7
verify() {
  check "the kernel killed it" bash -c '[ "$(sed -n "s/^oom_kill //p" /sys/fs/cgroup/memory/thumbnailer/memory.oom_control)" -gt 0 ]'
  check "the kernel log says so" bash -c 'dmesg | grep -q "Memory cgroup out of memory: Killed process.*thumbnailer"'
  check "kern.log says so" log_has kern.log 'Memory cgroup out of memory'
  check "it was restarted" bash -c '[ "$(grep -c "listening on" /var/log/thumbnailer/current)" -ge 2 ]'
}
alert() { alertmanager ServiceRestarting warning "thumbnailer on $HOST restarted several times" label.service=thumbnailer; }
label() { root_cause service thumbnailer memory.oom_killed "its cache was configured larger than the 64 MiB its control group allows"; }
