# A service was killed for memory once, got more, and has been stable since.
# shellcheck shell=bash disable=SC2034
HOST=osprey
prepare() {
  limit_group memory thumbnailer memory.limit_in_bytes=50331648 memory.memsw.limit_in_bytes=50331648
  BEFORE=$(in_group memory thumbnailer) app thumbnailer 8070 work.item=thumb work.interval=0.3 cache.max_mb=40
  edit /etc/thumbnailer/thumbnailer.conf 's/interval = .*/interval = 0.02/'
}
past() {
  wait_for 15 bash -c 'dmesg | grep -q "Killed process.*thumbnailer"'
  echo 268435456 > /sys/fs/cgroup/memory/thumbnailer/memory.memsw.limit_in_bytes; echo 268435456 > /sys/fs/cgroup/memory/thumbnailer/memory.limit_in_bytes
  edit /etc/thumbnailer/thumbnailer.conf 's/interval = .*/interval = 0.5/'; restart thumbnailer
}
SETTLE=4
verify() { check "the kernel log has the kill" bash -c 'dmesg | grep -q "Killed process.*thumbnailer"'; check "limit is 256 MiB" grep -q 268435456 /sys/fs/cgroup/memory/thumbnailer/memory.limit_in_bytes; check "healthy now" answers http://127.0.0.1:8070/health; }
alert() { alertmanager ServiceOomKilled warning "thumbnailer on $HOST was killed for memory" label.service=thumbnailer start="$((T_PAST + 2))"; }
label() { healthy "killed for memory before its limit was raised to 256 MiB; stable since"; }
