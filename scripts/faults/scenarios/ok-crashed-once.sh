# A service crashed once and has run without a fault since.
# shellcheck shell=bash disable=SC2034
HOST=rowan
prepare() { app geocoder 8073 work.item=address; app dispatch 8079 work.item=trip upstream.url=http://127.0.0.1:8073/; }
up() { kill -SEGV "$(service_pid geocoder)"; sleep 2; }
SETTLE=11
verify() { check "started twice" at_least 2 restarts geocoder 'listening on'; PATIENCE=15; check "healthy" answers http://127.0.0.1:8073/health; check "the caller too" answers http://127.0.0.1:8079/health; }
alert() { alertmanager ServiceRestarting warning "geocoder on $HOST restarted unexpectedly" label.service=geocoder; }
label() { healthy "one crash, restarted by its supervisor, stable since"; }
