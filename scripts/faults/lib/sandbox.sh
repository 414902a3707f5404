# Builds a small Linux host of its own out of namespaces, runs a scenario in it, and takes it away again.
# Sourced by the drivers. What a tool sees inside is a host with its own name, processes, network, mounts,
# cgroups, logs and services; nothing in there says which scenario runs.
# shellcheck shell=bash

FAULTS_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
GUEST_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
declare -A SANDBOXES=()   # state directory -> host pid of the sandbox's first process

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

require_tools() {
  local missing=() pair
  for pair in busybox:busybox-static runsvdir:runit svlogd:runit chpst:runit dockerd:docker.io docker:docker.io /usr/bin/python3:python3 \
    openssl:openssl node:nodejs setpriv:util-linux unshare:util-linux nsenter:util-linux losetup:mount mkfs.ext4:e2fsprogs ip:iproute2 ss:iproute2 curl:curl; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || [[ " ${missing[*]-} " == *" ${pair##*:} "* ]] || missing+=("${pair##*:}")
  done
  [ "${#missing[@]}" -eq 0 ] || die "Missing here: ${missing[*]}; install with: apt-get install -y --no-install-recommends ${missing[*]}"
  [ "$(id -u)" -eq 0 ] || die "Injecting faults needs root: it makes namespaces, cgroups and loop devices."
  [ -f /sys/fs/cgroup/memory/memory.limit_in_bytes ] || die "The scenarios set limits through cgroup v1 (hybrid) controllers, and /sys/fs/cgroup/memory is not one; boot with systemd.unified_cgroup_hierarchy=0."
}

scenario_names() { local f; for f in "$FAULTS_DIR"/scenarios/*.sh; do basename "$f" .sh; done; }

scenario_file() {
  local f="$FAULTS_DIR/scenarios/$1.sh"
  [ -f "$f" ] || die "No scenario is called '$1'; scripts/faults/list shows them all."
  printf '%s\n' "$f"
}

# What a driver left that was killed outright: its hosts died with it, their directories and groups did not.
sweep() {
  local state
  for state in /var/tmp/host.??????; do
    [ -f "$state/launcher" ] && ! kill -0 "$(cat "$state/launcher")" 2>/dev/null || continue
    SANDBOXES[$state]=0; sandbox_stop "$state"
  done
}

# scenario_meta NAME VARIABLE [DEFAULT]
scenario_meta() { local v; v=$(sed -n "s/^$2=//p" "$(scenario_file "$1")" | head -n 1); printf '%s\n' "${v:-${3-}}"; }

# What is fed to a shell inside: the programs to install, the library, the scenario.
PLANNED_AGE=0            # seconds a host will have run before its fault
guest_script() { # NAME CONTROL_GROUP
  local p
  echo "PLANNED_AGE=$PLANNED_AGE CONTROL_GROUP=$2"
  for p in "$FAULTS_DIR"/lib/programs/*; do printf 'PROGRAM_%s=%q\n' "$(basename "$p" | tr '.-' '__')" "$(cat "$p")"; done
  cat "$FAULTS_DIR/lib/guest.sh" "$(scenario_file "$1")"
}

join_groups() { local h; for h in /sys/fs/cgroup/*/; do [ ! -f "${h}cgroup.procs" ] || echo "$BASHPID" > "$h$(cat "$1/cgroup")/cgroup.procs"; done; }

# sandbox_start NAME: sets SANDBOX (its state directory)
sandbox_start() {
  local name=$1 host state pid hier
  host=$(scenario_meta "$name" HOST node-1)
  state=$(mktemp -d /var/tmp/host.XXXXXX)
  SANDBOX=$state
  SANDBOXES[$state]=0
  mkdir -p "$state/root"; : > "$state/start.log"
  echo "$host.${state##*.}" > "$state/cgroup"
  guest_script "$name" "$(cat "$state/cgroup")" > "$state/script"
  for hier in /sys/fs/cgroup/*/; do
    [ -f "${hier}cgroup.procs" ] || continue
    mkdir -p "$hier$(cat "$state/cgroup")"
    [ -f "${hier}cpuset.cpus" ] && for f in cpuset.cpus cpuset.mems; do cat "$hier$f" > "$hier$(cat "$state/cgroup")/$f"; done
  done
  (
    join_groups "$state"
    for fd in /proc/self/fd/*; do fd=${fd##*/}; [ "$fd" -le 2 ] || eval "exec $fd>&-"; done
    exec setsid env -i PATH="$GUEST_PATH" LANG=C.UTF-8 HOME=/root setpriv --pdeathsig KILL unshare --mount --propagation private --uts --ipc --net --pid --cgroup --fork --kill-child=KILL \
      bash "$FAULTS_DIR/lib/first-process.sh" "$state" "$host"
  ) </dev/null >"$state/start.log" 2>&1 &
  echo $! > "$state/launcher"
  local i
  for ((i = 0; i < 300; i++)); do
    if [ "$(tail -n 1 "$state/start.log")" = READY ]; then
      pid=$(cat "/proc/$(cat "$state/launcher")/task/$(cat "$state/launcher")/children")
      SANDBOXES[$state]=${pid// /}
      date +%s > "$state/started"
      return 0
    fi
    kill -0 "$(cat "$state/launcher")" 2>/dev/null || break
    sleep 0.1
  done
  say "The host for '$name' did not start:"; tail -n 15 "$state/start.log" >&2
  return 1
}

# sandbox_run STATE FUNCTION [ARG…]: runs one function of the scenario inside
sandbox_run() {
  local state=$1; shift
  { cat "$state/script"; printf '\nguest_call %s </dev/null\n' "$(printf '%q ' "$@")"; } |
    sandbox_exec "$state" bash -s
}

# sandbox_exec STATE COMMAND…: runs a plain command inside
sandbox_exec() {
  local state=$1; shift
  (
    join_groups "$state"
    exec nsenter -t "${SANDBOXES[$state]}" -m -u -i -n -p -C -r -w env -i PATH="$GUEST_PATH" LANG=C.UTF-8 HOME=/root "$@"
  )
}

sandbox_stop() { take_down "$1" || true; unset "SANDBOXES[$1]"; }   # STATE

take_down() { # STATE
  local state=$1 pid=${SANDBOXES[$1]:-0} launcher group hier dir dev i
  launcher=$(cat "$state/launcher" 2>/dev/null || echo 0)
  group=$(cat "$state/cgroup" 2>/dev/null || echo)
  if [ -n "$group" ]; then # a throttled or frozen process cannot die
    find "/sys/fs/cgroup/freezer/$group" -depth -name freezer.state 2>/dev/null | while read -r f; do echo THAWED > "$f"; done
    while IFS= read -r f; do
      while read -r dev _; do [[ $dev == *:* ]] && { echo "$dev 0" > "$f"; } 2>/dev/null; done < "$f"
    done < <(find "/sys/fs/cgroup/blkio/$group" -name 'blkio.throttle.*_device' 2>/dev/null)
  fi
  [ "$pid" -gt 1 ] && kill -KILL "$pid" 2>/dev/null
  [ "$launcher" -gt 1 ] && { kill -KILL "$launcher" 2>/dev/null; wait "$launcher" 2>/dev/null; }
  if [ -n "$group" ]; then
    for hier in /sys/fs/cgroup/*/; do
      [ -d "$hier$group" ] || continue
      for ((i = 0; i < 100; i++)); do
        find "$hier$group" -depth -type d -exec rmdir {} + 2>/dev/null
        [ -d "$hier$group" ] || break
        sleep 0.1
      done
    done
  fi
  losetup -ln -O NAME,BACK-FILE 2>/dev/null | while read -r dev f; do [[ $f == "$state"/* ]] && losetup -d "$dev" 2>/dev/null; done
  rm -rf --one-file-system "$state"
}

sandbox_stop_all() { local s; for s in "${!SANDBOXES[@]}"; do sandbox_stop "$s"; done; }

# On every way out: everything down.
sandbox_guard() {
  sweep
  trap 'set +e; trap "" INT TERM HUP; sandbox_stop_all' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}
