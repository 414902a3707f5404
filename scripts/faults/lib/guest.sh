# What scenarios call inside their host. No name, path or comment here may hint at a scenario: processes started
# from here carry only the names of the services they are.
# shellcheck shell=bash
set -euo pipefail

guest_call() { if declare -F "$1" >/dev/null; then "$@"; fi; }

# ---------- time ----------
ago() { date -u -d "@$(($(date +%s) - $1))" "+${2:-%Y-%m-%dT%H:%M:%SZ}"; }   # SECONDS [FORMAT]
M() { echo $(($1 * 60)); }
H() { echo $(($1 * 3600)); }

# ---------- logs of the past ----------
# old_syslog FILE SECONDS_AGO PROGRAM TEXT ; old_svlog SERVICE SECONDS_AGO TEXT ; old_dpkg SECONDS_AGO PACKAGE OLD NEW
old_syslog() { echo "$(ago "$2" '%b %e %H:%M:%S') $(hostname) $3: $4" >> "/var/log/$1"; }
old_svlog() { mkdir -p "/var/log/$1"; echo "$(ago "$2" '%Y-%m-%d_%H:%M:%S').$(printf '%05d' $((RANDOM % 100000))) $3" >> "/var/log/$1/current"; }
old_dpkg() {
  local t; t=$(ago "$1" '%Y-%m-%d %H:%M:%S')
  {
    echo "$t startup archives unpack"; echo "$t upgrade $2:amd64 $3 $4"; echo "$t status unpacked $2:amd64 $4"
    echo "$t configure $2:amd64 $4 <none>"; echo "$t status installed $2:amd64 $4"
  } >> /var/log/dpkg.log
  mkdir -p /var/log/apt
  printf 'Start-Date: %s\nCommandline: apt-get -y upgrade\nUpgrade: %s:amd64 (%s, %s)\nEnd-Date: %s\n\n' "$t" "$2" "$3" "$4" "$t" >> /var/log/apt/history.log
}

# A quiet history every host has: cron, a few kernel lines, a package upgrade long ago.
host_files() {
  local h kernel booted
  kernel=$(uname -r)
  for h in 30 29 28 27 26 25 24 23 22 21 20 19 18 17 16 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1; do
    old_syslog syslog $((h * 3600 - 17)) "CRON[$((20000 - h * 37))]" "(root) CMD (   cd / && run-parts --report /etc/cron.hourly)"
    [ $((h % 7)) -ne 0 ] || old_syslog syslog $((h * 3600 - 400)) "ntpd[411]" "adjusting local clock by 0.00$((h * 3))s"
  done
  booted=$(cut -d. -f1 /proc/uptime)
  old_syslog kern.log "$booted" kernel "[    0.000000] Linux version $kernel (build@builder) #1 SMP PREEMPT_DYNAMIC"
  old_syslog kern.log $((booted - 1)) kernel "[    1.316556] EXT4-fs (vda): mounted filesystem with ordered data mode. Quota mode: none."
  old_dpkg $((9 * 86400)) tzdata 2024a-0+deb12u1 2025b-0+deb12u1
  mkdir -p /etc/cron.hourly /var/spool/cron/crontabs
  supervised syslogd 'exec busybox syslogd -n -O /var/log/syslog'
  supervised crond 'exec busybox crond -f -c /var/spool/cron/crontabs'
  install_program klogd_py /usr/local/sbin/klogd
  sed -i "s/@GROUP@/$CONTROL_GROUP/; s/@SINCE@/$(date '+%Y-%m-%d %H:%M:%S')/" /usr/local/sbin/klogd
  cp /usr/local/sbin/klogd /usr/local/sbin/dmesg
  supervised klogd 'exec /usr/local/sbin/klogd /var/log/kern.log'
}

# ---------- services ----------
install_program() { # VARIABLE PATH
  local v="PROGRAM_$1"
  mkdir -p "$(dirname "$2")" && printf '%s\n' "${!v}" > "$2" && chmod 755 "$2"
}

# supervised NAME COMMANDS [nolog]: a runit service directory, linked so that the supervisor starts it
supervised() {
  local d=/etc/sv/$1
  mkdir -p "$d/log" "/var/log/$1"
  printf '#!/bin/sh\nexec 2>&1\n%s\n' "$2" > "$d/run"
  printf '#!/bin/sh\nexec svlogd -tt /var/log/%s\n' "$1" > "$d/log/run"
  chmod 755 "$d/run" "$d/log/run"
  ln -sfn "$d" "/etc/service/$1"
}

# ini FILE section.key=value …
ini() {
  local file=$1 section='' pair key; shift
  mkdir -p "$(dirname "$file")"
  for pair in "$@"; do
    key=${pair%%=*}
    if [ "${key%%.*}" != "$section" ]; then [ -z "$section" ] || echo; section=${key%%.*}; echo "[$section]"; fi
    echo "${key#*.} = ${pair#*=}"
  done > "$file"
}

# app NAME PORT [section.key=value …]; RUN_OPTIONS holds chpst options, BEFORE holds lines before the program starts
app() {
  local name=$1 port=$2; shift 2
  install_program app_py "/opt/$name/bin/$name"
  ini "/etc/$name/$name.conf" server.port="$port" "$@"
  touch -d "@$(($(date +%s) - 86400 * 12))" "/etc/$name/$name.conf" "/opt/$name/bin/$name"
  supervised "$name" "${BEFORE:+$BEFORE
}exec chpst -u app ${RUN_OPTIONS:+$RUN_OPTIONS }/opt/$name/bin/$name /etc/$name/$name.conf"
}

# database NAME PORT [section.key=value …]
database() {
  local name=$1 port=$2; shift 2
  install_program kvd_py "/opt/$name/bin/$name"
  mkdir -p "/var/lib/$name"; chown app:app "/var/lib/$name"
  ini "/etc/$name/$name.conf" server.port="$port" storage.dir="/var/lib/$name" "$@"
  touch -d "@$(($(date +%s) - 86400 * 20))" "/etc/$name/$name.conf" "/opt/$name/bin/$name"
  supervised "$name" "${BEFORE:+$BEFORE
}exec chpst -u app /opt/$name/bin/$name /etc/$name/$name.conf"
}

# indexer NAME PORT SEGMENTS_DIR [FILES]: a node service
indexer() {
  install_program node_app_js "/opt/$1/$1.js"
  mkdir -p "$3" "/etc/$1"
  local i; for ((i = 0; i < ${4:-12}; i++)); do printf 'seg %s\n' "$i" > "$3/$(printf '%06d' "$i").seg"; done
  chown -R app:app "$3"
  printf '{\n  "port": %s,\n  "segments": "%s",\n  "writeMarker": true,\n  "intervalMs": 1000\n}\n' "$2" "$3" > "/etc/$1/config.json"
  touch -d "@$(($(date +%s) - 86400 * 6))" "/etc/$1/config.json" "/opt/$1/$1.js"
  supervised "$1" "${BEFORE:+$BEFORE
}exec chpst -u app ${RUN_OPTIONS:+$RUN_OPTIONS }/usr/bin/node /opt/$1/$1.js /etc/$1/config.json"
}

# mailer NAME SPOOL: a shell service that moves messages through a spool
mailer() {
  mkdir -p "/opt/$1/bin" "$2/new" "$2/sent"; chown -R app:app "$2"
  cat > "/opt/$1/bin/$1" <<SH
#!/bin/sh
n=0
while :; do
  n=\$((n + 1))
  if head -c 2048 /dev/urandom > $2/new/msg-\$n && mv $2/new/msg-\$n $2/sent/last; then
    [ \$((n % 15)) -ne 1 ] || echo "INFO delivered \$n messages"
  else
    echo "ERROR message \$n not queued, will retry"
  fi
  sleep 1
done
SH
  chmod 755 "/opt/$1/bin/$1"
  supervised "$1" "exec chpst -u app /opt/$1/bin/$1"
}

# web NAME PORT: busybox httpd with a page
web() {
  mkdir -p "/srv/www/$1"; echo ok > "/srv/www/$1/index.html"
  supervised "$1" "exec busybox httpd -f -v -p 127.0.0.1:$2 -h /srv/www/$1"
}

# names ADDRESS=NAME …: a resolver of the site on 127.0.0.53
names() {
  install_program dnscache_py /opt/dnscache/bin/dnscache
  mkdir -p /etc/dnscache
  local p; for p in "$@"; do echo "${p%%=*} ${p#*=}"; done > /etc/dnscache/zone
  supervised dnscache 'exec /opt/dnscache/bin/dnscache 127.0.0.53 /etc/dnscache/zone'
}

# background NAME COMMAND…: a process of its own, outside the supervisor, in its own session
background() { local log=/var/log/$1.log; shift; setsid "$@" </dev/null >>"$log" 2>&1 & disown; }

start() { sv -w 10 start "/etc/service/$1" >/dev/null; }
stop() { sv -w 10 down "/etc/service/$1" >/dev/null; }
restart() { sv -w 10 restart "/etc/service/$1" >/dev/null || true; }
service_pid() { cat "/etc/service/$1/supervise/pid"; }

# ---------- volumes and limits ----------
# volume DIR MEGABYTES [mkfs options]: a real ext4 on a loop device
volume() {
  local dir=$1 mb=$2 image dev i; shift 2
  image=/var/lib/volumes/$(tr / - <<<"${dir#/}").img
  mkdir -p "$dir" /var/lib/volumes
  truncate -s "${mb}M" "$image"
  mkfs.ext4 -q -F -m 0 "$@" "$image"
  for ((i = 0; i < 50; i++)); do
    dev=$(losetup -f)
    [ -e "$dev" ] || mknod "$dev" b 7 "${dev#/dev/loop}"
    losetup "$dev" "$image" 2>/dev/null && break
    sleep 0.1
  done
  mount "$dev" "$dir"
  losetup -d "$dev"    # frees itself when unmounted
  rmdir "$dir/lost+found" 2>/dev/null || true
  chown app:app "$dir"
  echo "$dev $dir ext4 defaults 0 2" >> /etc/fstab
}
device_number() { stat -c '%Hr:%Lr' "$(findmnt -n -o SOURCE "$1")"; }

fill() { # DIR NAME [LEAVE_KB]: fills a filesystem to the last block, or but LEAVE_KB
  local free; free=$(df -k --output=avail "$1" | tail -n 1)
  head -c "$(((free - ${3:-0}) * 1024))" /dev/zero > "$1/$2" 2>/dev/null || true
  [ "${3:-0}" -ne 0 ] || { dd if=/dev/zero bs=1k count=2048 of="$1/$2" oflag=append conv=notrunc 2>/dev/null || true; }
}

# limit_group CONTROLLER NAME FILE=VALUE … : makes a control group; in_group prints the line that puts a service into it
limit_group() {
  local dir=/sys/fs/cgroup/$1/$2 pair; shift 2
  mkdir -p "$dir"
  for pair in "$@"; do echo "${pair#*=}" > "$dir/${pair%%=*}"; done
}
in_group() { echo "echo \$\$ > /sys/fs/cgroup/$1/$2/cgroup.procs"; }

# certificate NAME CN START END [DNS]: a CA (once) and a server certificate valid from START to END (date -d texts)
certificate() {
  local d=/etc/ssl/site name=$1 cn=$2 from to
  mkdir -p "$d"
  from=$(date -u -d "$3" +%Y%m%d%H%M%SZ); to=$(date -u -d "$4" +%Y%m%d%H%M%SZ)
  [ -f "$d/ca.pem" ] || {
    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj '/O=Northwind/CN=Northwind Internal CA' -keyout "$d/ca.key" -out "$d/ca.pem" 2>/dev/null
    : > "$d/index.txt"; echo 1000 > "$d/serial"
    printf '[ca]\ndefault_ca=d\n[d]\ndatabase=%s/index.txt\nserial=%s/serial\nnew_certs_dir=%s\ndefault_md=sha256\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\n' "$d" "$d" "$d" > "$d/ca.conf"
  }
  openssl req -new -newkey rsa:2048 -nodes -subj "/CN=$cn" -keyout "$d/$name.key" -out "$d/$name.csr" 2>/dev/null
  printf 'subjectAltName=DNS:%s\n' "${5:-$cn}" > "$d/$name.ext"
  openssl ca -batch -notext -config "$d/ca.conf" -cert "$d/ca.pem" -keyfile "$d/ca.key" -startdate "$from" -enddate "$to" -extfile "$d/$name.ext" -in "$d/$name.csr" -out "$d/$name.pem" 2>/dev/null
  rm -f "$d/$name.csr" "$d/$name.ext"; chmod 644 "$d/$name.key"
}

# ---------- waiting and asserting ----------
wait_for() { # SECONDS COMMAND…
  local end=$(($(date +%s) + $1)); shift
  until "$@" >/dev/null 2>&1; do [ "$(date +%s)" -lt "$end" ] || return 1; sleep 0.3; done
}
log_has() { grep -rqsE -e "$2" "/var/log/$1"; }                                         # FILE_OR_DIR PATTERN
log_has_since() { # SERVICE SECONDS PATTERN: in the svlogd log of the last SECONDS
  local from; from=$(ago "$2" '%Y-%m-%d_%H:%M:%S')
  awk -v from="$from" -v pat="$3" '$1 >= from && $0 ~ pat { found = 1 } END { exit !found }' "/var/log/$1/current"
}
http_code() { curl -s -k -o /dev/null -m "${2:-3}" -w '%{http_code}' "$1" || true; }
answers() { [ "$(http_code "$1")" = "${2:-200}" ]; }
listening() { ss -ltnH "sport = :$1" | grep -q .; }
running() { sv status "/etc/service/$1" | grep -q '^run: '; }
check() { # TEXT COMMAND…: an assertion of verify
  local text=$1; shift
  if wait_for "${PATIENCE:-8}" "$@"; then echo "  ok    $text"; else echo "  FAIL  $text"; FAILED=1; fi
}
check_not() { local text=$1; shift; if ! "$@" >/dev/null 2>&1; then echo "  ok    $text"; else echo "  FAIL  $text"; FAILED=1; fi; }
FAILED=0
guest_verify() { verify; return "$FAILED"; }

# edit FILE SED_EXPRESSION: changes a configuration now
edit() { sed -i -E "$2" "$1"; }

# Every service the supervisor knows has been started once.
host_ready() {
  local s
  for s in /etc/service/*; do wait_for 15 test -p "$s/supervise/ok" || { echo "$s was not taken up by the supervisor" >&2; return 1; }; done
  for s in /etc/service/*; do [ -e "$s/down" ] || wait_for 3 running "$(basename "$s")" || true; done
}

# known_as ADDRESS NAME: a line of /etc/hosts
known_as() { printf '%s\t%s\n' "$1" "$2" >> /etc/hosts; }

# script_service NAME: a service whose program is read from standard input
script_service() {
  mkdir -p "/opt/$1/bin"; cat > "/opt/$1/bin/$1"; chmod 755 "/opt/$1/bin/$1"
  touch -d '15 days ago' "/opt/$1/bin/$1"
  supervised "$1" "${BEFORE:+$BEFORE
}exec chpst -u app ${RUN_OPTIONS:+$RUN_OPTIONS }/opt/$1/bin/$1${ARGUMENTS:+ $ARGUMENTS}"
}

# until_expired FILE: waits until a certificate has expired
until_expired() { wait_for 3600 bash -c "! openssl x509 -in $1 -noout -checkend 0"; }
process_state() { awk '$1 == "State:" { print $2 }' "/proc/$1/status"; }
restarts() { grep -cE "$2" "/var/log/$1/current" || true; }   # SERVICE PATTERN
at_least() { [ "$("${@:2}")" -ge "$1" ]; }                     # NUMBER COMMAND…
uncached() { sync "$1"; dd if="$1" iflag=nocache count=0 2>/dev/null; }   # gives the pages of a file back

# ---------- containers ----------
# A Docker engine of the host's own. Containers share nothing with the network: run them with `run NAME IMAGE …`.
docker_engine() {
  mkdir -p /etc/docker /var/lib/docker
  printf '{ "storage-driver": "overlay2", "iptables": false, "ip6tables": false, "bridge": "none", "exec-opts": ["native.cgroupdriver=cgroupfs"], "log-level": "warn" }\n' > /etc/docker/daemon.json
  supervised dockerd 'exec dockerd --host unix:///var/run/docker.sock'
}

# image TAG [ENV=value …] < program: an image with busybox and the program as /app/start
image() {
  local tag=$1 r a e changes=(-c 'ENV PATH=/bin' -c 'CMD ["/app/start"]'); shift
  for e in "$@"; do changes+=(-c "ENV $e"); done
  r=$(mktemp -d)
  mkdir -p "$r"/{bin,etc,tmp,proc,sys,dev,root,app,var/log}; chmod 1777 "$r/tmp"
  cp /usr/bin/busybox "$r/bin/busybox"; for a in $(busybox --list); do [ "$a" = busybox ] || ln -s busybox "$r/bin/$a"; done
  echo 'root:x:0:0:root:/root:/bin/sh' > "$r/etc/passwd"; echo 'root:x:0:' > "$r/etc/group"
  cat > "$r/app/start"; chmod 755 "$r/app/start"
  wait_for 20 docker version
  tar -C "$r" -c . | docker import "${changes[@]}" - "$tag" >/dev/null
  rm -rf "$r"
}
run() { docker run -d --network none --name "$@" >/dev/null; }       # NAME [OPTIONS] IMAGE
container() { docker inspect -f "$2" "$1"; }                          # NAME FORMAT
container_is() { [ "$(container "$1" "$2")" = "$3" ]; }               # NAME FORMAT VALUE
HEALTH=(--health-interval=2s --health-timeout=2s --health-retries=2)
