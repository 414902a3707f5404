# Everything about a host in one look; reads only, POSIX sh, works with busybox and on macOS. P and S are the roots of
# proc and sys. Arguments: folders or files of backups. A section begins with \036NAME and ends where the next begins, so
# that one that is cut off is known by the missing end. What may hang comes last: the rest has been said by then.
tab=$(printf '\t')

backups() {
  mtime='stat -c %Y:%s'; stat -c %Y / >/dev/null 2>&1 || mtime='stat -f %m:%z'
  for b in "$@"; do
    printf '%s\t' "$b"
    if [ ! -e "$b" ]; then echo absent
    elif [ ! -r "$b" ]; then echo denied
    else lim 4 find -L "$b" -maxdepth 3 -type f -exec $mtime {} + 2>/dev/null | awk -F: '$1 > t { t = $1; z = $2 } END { print (t ? t "\t" z : "empty") }'; fi
  done
}

containers() {
  d=; for c in docker podman; do have "$c" && { d=$c; break; }; done
  [ -n "$d" ] || { no absent; return; }
  list=$(lim 5 "$d" ps -a --no-trunc --format "{{.ID}}$tab{{.Status}}" 2>&1); rc=$?
  [ $rc -eq 0 ] || { no "$rc $(printf %s "$list" | head -n 1 | cut -c1-200)"; return; }
  echo "engine $d"
  [ -n "$list" ] || return
  printf '%s\n' "$list" | sed 's/^/status /'
  h='{{if .State.Health}}{{json .State.Health.Status}}'"$tab"'{{.State.Health.FailingStreak}}'"$tab"'{{$o := ""}}{{range .State.Health.Log}}{{$o = .Output}}{{end}}{{json (truncate $o 300)}}{{else}}null'"$tab"'null'"$tab"'null{{end}}'
  f='inspect {{.ID}}'"$tab"'{{json .Name}}'"$tab"'{{json .Config.Image}}'"$tab"'{{.State.Status}}'"$tab"'{{.State.ExitCode}}'"$tab"'{{.State.OOMKilled}}'"$tab"'{{.State.StartedAt}}'"$tab"'{{.State.FinishedAt}}'"$tab"'{{.RestartCount}}'"$tab"'{{.HostConfig.RestartPolicy.Name}}'"$tab"'{{json (index .Config.Labels "com.docker.compose.project")}}'"$tab"'{{json (index .Config.Labels "com.docker.compose.service")}}'"$tab"'{{json (index .Config.Labels "com.docker.compose.depends_on")}}'"$tab"
  ids=$(printf '%s\n' "$list" | cut -f 1)
  out=$(lim 6 "$d" inspect --type container --format "$f$h" $ids 2>&1); rc=$?
  case $rc$out in [1-9]*"template parsing error"* | [1-9]*"executing \""*)
    # An engine whose containers have other fields: what all of them have.
    f='inspect {{.Id}}'"$tab"'{{json .Name}}'"$tab"'{{json .Config.Image}}'"$tab"'{{.State.Status}}'"$tab"'{{.State.ExitCode}}'"$tab"'{{.State.OOMKilled}}'"$tab"'{{.State.StartedAt}}'"$tab"'{{.State.FinishedAt}}'"$tab"'{{.RestartCount}}'
    more=$(lim 6 "$d" inspect --type container --format "$f" $ids 2>/dev/null) && out=$more;; esac
  case $out in *inspect\ *) printf '%s\n' "$out" | grep '^inspect ';; *) no "$rc $(printf %s "$out" | head -n 1 | cut -c1-200)";; esac
}

linux() {
  s host; cat "$P/sys/kernel/hostname" "$P/sys/kernel/osrelease" 2>/dev/null
  s os; sed -n 's/^PRETTY_NAME=//p; s/^ID=/id=/p; s/^ID_LIKE=/like=/p' /etc/os-release 2>/dev/null
  s clock; date +%s.%N
  s up; cat "$P/uptime" "$P/loadavg"; n=$(nproc 2>/dev/null || grep -c '^processor' "$P/cpuinfo"); echo "$n"
  s memory; grep -E '^(MemTotal|MemFree|MemAvailable|Buffers|Cached|SwapTotal|SwapFree):' "$P/meminfo"
  s oom; sed -n 's/^oom_kill //p' "$P/vmstat" 2>/dev/null
  s pressure; for r in cpu memory io; do [ -r "$P/pressure/$r" ] && sed -n "s/^some /$r /p" "$P/pressure/$r" 2>/dev/null; done
  s heat
  for h in "$S"/class/hwmon/hwmon*; do
    [ -d "$h" ] || continue; read -r chip 2>/dev/null <"$h/name" || chip=-
    for t in "$h"/temp*_input; do
      [ -r "$t" ] || continue; b=${t%_input}; l=; c=; v=
      read -r v 2>/dev/null <"$t"; read -r l 2>/dev/null <"${b}_label"; read -r c 2>/dev/null <"${b}_crit"
      printf 'sensor\t%s\t%s\t%s\t%s\n' "$chip" "${l:-${b##*/}}" "$v" "$c"
    done
  done
  for z in "$S"/class/thermal/thermal_zone*; do
    [ -r "$z/temp" ] || continue; v=; l=; c=
    read -r v 2>/dev/null <"$z/temp"; read -r l 2>/dev/null <"$z/type"
    for t in "$z"/trip_point_*_type; do [ -r "$t" ] && read -r k <"$t" && [ "$k" = critical ] && read -r c 2>/dev/null <"${t%_type}_temp"; done
    printf 'zone\t%s\t%s\t%s\t%s\n' "${z##*/}" "$l" "$v" "$c"
  done
  s addresses
  if have ip; then ip -o addr show scope global 2>/dev/null | awk '{ sub(/\/.*/, "", $4); print $2, $4, ($0 ~ /temporary|deprecated/ ? "temporary" : "-") }'
  elif have hostname; then for a in $(hostname -I 2>/dev/null); do echo "- $a -"; done; fi
  s units
  if ! have systemctl; then no absent
  elif u=$(lim 4 systemctl list-units --all --type=service,mount,timer,socket --no-legend --plain --no-pager 2>&1); then printf '%s\n' "$u" | awk '$3 == "failed" || ($1 ~ /\.service$/ && $3 != "inactive") { print $1, $3, $4 }'
  else no "$(printf %s "$u" | head -n 1 | cut -c1-160)"; fi
  s arrays; cat "$P/mdstat" 2>/dev/null
  s pools; if ! have zpool; then no absent; elif z=$(lim 4 zpool list -H -o name,health 2>&1); then printf '%s\n' "$z"; else no "$(printf %s "$z" | head -n 1 | cut -c1-160)"; fi
  s reboot; if [ -e /run/reboot-required ] || [ -e /var/run/reboot-required ]; then echo yes; elif [ -e /etc/debian_version ]; then echo no; fi
  s containers; containers
  s backups; backups "$@"
  s sample
  awk -v proc="$P" -v hz="$(getconf CLK_TCK 2>/dev/null || echo 100)" -v page="$(getconf PAGESIZE 2>/dev/null || echo 4096)" '
    function cpu(tag, l) { if ((getline l < (proc "/stat")) > 0) print tag, l; close(proc "/stat") }
    function net(tag, f, l) { f = proc "/net/dev"; while ((getline l < f) > 0) if (l ~ /:/) print tag, l; close(f) }
    function up(f, l, p) { f = proc "/uptime"; l = ""; getline l < f; close(f); split(l, p, " "); return p[1] }
    # "pid (any name) state …": the name may hold spaces and parentheses, so it ends at the last one.
    function one(f, second, l, i, j, p, t, pid) {
      l = ""; if ((getline l < f) <= 0) { close(f); return } close(f)
      i = 0; while ((j = index(substr(l, i + 1), ")")) > 0) i += j
      pid = l + 0; split(substr(l, i + 2), p, " "); t = p[12] + p[13]
      if (!second) { was[pid] = t; return }
      if (!(pid in was)) return
      use[pid] = t - was[pid]; size[pid] = p[22]; name[pid] = substr(l, index(l, "(") + 1, i - index(l, "(") - 1)
    }
    function tell(pid) { if (pid in told) return; told[pid] = 1; gsub(/[\t\n]/, " ", name[pid]); printf "process %d %.1f %.0f %s\n", pid, 100 * use[pid] / hz / span, size[pid] * page, name[pid] }
    BEGIN {
      begin = up(); cpu("cpu1"); net("net1"); for (i = 1; i < ARGC; i++) one(ARGV[i], 0)
      if (system("sleep 0.7 2>/dev/null") != 0) system("sleep 1")
      end = up(); cpu("cpu2"); net("net2"); for (i = 1; i < ARGC; i++) one(ARGV[i], 1)
      span = end - begin; if (span <= 0) span = 0.7
      print "span", span
      for (n = 0; n < 8; n++) { best = -1; for (p in use) if (!(p in told) && (best < 0 || use[p] > use[best] || (use[p] == use[best] && size[p] > size[best]))) best = p; if (best >= 0) tell(best) }
      for (n = 0; n < 8; n++) { best = -1; for (p in size) if (!(p in seen) && (best < 0 || size[p] > size[best])) best = p; if (best >= 0) { seen[best] = 1; tell(best) } }
    }' "$P"/[0-9]*/stat
  # busybox knows no -l, so it may ask network filesystems as well.
  l=-l; df -l / >/dev/null 2>&1 || l=
  s disks; lim 4 df $l -PkT 2>/dev/null; r=$?; [ $r -eq 124 ] || [ $r -eq 143 ] && no hung
  s inodes; lim 4 df $l -Pi 2>/dev/null
  s shares
  awk '$3 ~ /^(nfs4?|cifs|smb3|fuse\.(sshfs|rclone|mergerfs)|fuseblk|9p|ceph|glusterfs)$/ { print $2 }' "$P/mounts" 2>/dev/null | head -n 6 | while IFS= read -r m; do
    m=$(printf %b "$(printf %s "$m" | sed 's/\\\([0-7]\{3\}\)/\\0\1/g')")
    l=$(lim 2 df -PkT "$m" 2>/dev/null | sed -n 2p); if [ -n "$l" ]; then printf '%s\n' "$l"; else no "$m"; fi
  done
}

darwin() {
  s host; hostname; uname -r
  s os; printf 'macOS %s\nid=macos\n' "$(sw_vers -productVersion 2>/dev/null)"
  s clock; date +%s
  s darwin.up; sysctl -n kern.boottime vm.loadavg hw.ncpu 2>/dev/null
  s darwin.memory; sysctl -n hw.memsize vm.swapusage 2>/dev/null; vm_stat 2>/dev/null
  s addresses; ifconfig 2>/dev/null | awk '/^[a-z]/ { sub(/:.*/, "", $1); i = $1 } $1 == "inet" && $2 !~ /^127\./ { print i, $2, "-" } $1 == "inet6" && $2 !~ /^(fe80|::1)/ { sub(/%.*/, "", $2); print i, $2, ($0 ~ /temporary|deprecated/ ? "temporary" : "-") }'
  s containers; containers
  s backups; backups "$@"
  s darwin.cpu; top -l 2 -n 0 -s 1 2>/dev/null | grep -i '^CPU usage'
  s darwin.processes; ps -Aceo pid,pcpu,rss,comm -r 2>/dev/null | sed -n 2,9p
  s disks; df -lPk 2>/dev/null | awk 'NR == 1 { print "Filesystem Type 1024-blocks Used Available Capacity Mounted on"; next } { $1 = $1 " -"; print }'
}

s begin; echo 1
case $(uname -s) in
  Linux) linux "$@";;
  Darwin) darwin "$@";;
  *) s os; uname -sr; s up; uptime;;
esac
s end
