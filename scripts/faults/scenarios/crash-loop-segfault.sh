# A service dies of a real segmentation fault right after each start.
# shellcheck shell=bash disable=SC2034
HOST=mica
prepare() {
  script_service route-planner <<'PY'
#!/usr/bin/python3
import ctypes, os, time
print("INFO route-planner 5.1 loading graph", flush=True)
time.sleep(0.2)
if os.path.exists("/var/lib/route-planner/graph.v6"):
    print("INFO graph version 6, using native decoder", flush=True)
    ctypes.string_at(0)
print("INFO ready", flush=True)
while True:
    time.sleep(10)
PY
  mkdir -p /var/lib/route-planner; head -c 4M /dev/urandom > /var/lib/route-planner/graph.v5
  app dispatch 8079 work.item=trip
}
up() { head -c 4M /dev/urandom > /var/lib/route-planner/graph.v6; restart route-planner; }
SETTLE=6
verify() {
  check "starts again and again" at_least 3 restarts route-planner 'loading graph'
  check "the kernel saw a segfault" bash -c 'dmesg | grep -q "segfault at 0"'
}
alert() { alertmanager ServiceRestarting critical "route-planner on $HOST restarts in a loop" label.service=route-planner; }
label() { root_cause service route-planner service.crash "segmentation fault in the decoder since a version 6 graph arrived" type=service.crash_loop; }
