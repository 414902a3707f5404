# A limit of processes was too low and was raised.
# shellcheck shell=bash disable=SC2034
HOST=raven
prepare() { limit_group pids thumbnailer pids.max=64; BEFORE=$(in_group pids thumbnailer) app thumbnailer 8070 work.item=thumb work.slow_ms=5000 'render.command=/bin/sleep 0.2' render.parallel=4; }
up() { echo 4 > /sys/fs/cgroup/pids/thumbnailer/pids.max; wait_for 8 log_has thumbnailer 'Resource temporarily unavailable'; echo 128 > /sys/fs/cgroup/pids/thumbnailer/pids.max; }
SETTLE=12
verify() { check "the old error" log_has thumbnailer 'Resource temporarily unavailable'; PATIENCE=15; check "healthy" answers http://127.0.0.1:8070/health; }
alert() { alertmanager ThumbnailQueueStuck warning "thumbnailer on $HOST: no thumbnail rendered in the last minute" label.service=thumbnailer; }
label() { healthy "pids.max was raised to 128, thumbnails are rendered"; }
