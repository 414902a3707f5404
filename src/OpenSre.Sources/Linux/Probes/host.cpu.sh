# CPU use, load, pressure, throttled cgroups and the busiest processes over one second.
snap() { head -n 1 "$P/stat"; cat "$P"/[0-9]*/stat 2>/dev/null; }
throttle() {
  find "$C" -name cpu.stat -path '*/*' 2>/dev/null | while read -r f; do
    awk -v f="${f%/cpu.stat}" '$1 == "nr_periods" { p = $2 } $1 == "nr_throttled" { t = $2 } END { if (p > 0) print f, p, t }' "$f" 2>/dev/null
  done
}
a=$(snap); ta=$(throttle)
sleep 1
b=$(snap); tb=$(throttle)
out=$(printf '%s\n' "$(grep -c '^processor' "$P/cpuinfo")" "$a" -- "$b" | awk -v hz="$hz" -v self="$$" -v parent="$PPID" -v up="$(cut -d' ' -f1 "$P/uptime")" '
NR == 1 { cores = $1; next }
$0 == "--" { second = 1; next }
$1 == "cpu" { for (i = 2; i <= 9; i++) { if (second) d[i] = $i - v[i]; else v[i] = $i } next }
{ open = index($0, "("); end = length($0); while (end > open && substr($0, end, 1) != ")") end--
  pid = substr($0, 1, open - 2); name = substr($0, open + 1, end - open - 1); split(substr($0, end + 2), f, " ")
  ticks = f[12] + f[13]
  if (!second) { before[pid] = ticks; next }
  if (pid == self || pid == parent || f[2] == self || !(pid in before)) next
  used = ticks - before[pid]; if (used > 0) { gsub(/ /, "_", name); print "top", used, pid, f[1], f[18], int(up - f[20] / hz), int(f[22] * 4), name } }
END { total = 0; for (i = 2; i <= 9; i++) total += d[i]; if (total < 1) total = 1
  printf "cpu cores=%d busy_pct=%.1f user_pct=%.1f system_pct=%.1f iowait_pct=%.1f steal_pct=%.1f idle_pct=%.1f\n", cores, 100 * (total - d[5] - d[6]) / total, 100 * (d[2] + d[3]) / total, 100 * d[4] / total, 100 * d[6] / total, 100 * d[9] / total, 100 * d[5] / total }')
printf '%s\n' "$out" | grep '^cpu '
printf '%s\n' "$out" | grep '^top ' | sort -k2,2rn | head -n 12 | while read -r kind used pid state threads age rss name; do
  printf 'process pid=%s cpu_pct=%s rss_kb=%s age_s=%s state=%s threads=%s service=%s name=%s cmd=%s\n' "$pid" "$((used * 100 / hz))" "$rss" "$age" "$state" "$threads" "$(svc_of "$pid")" "$name" "$(cmd_of "$pid")"
done
awk '{ printf "load one=%s five=%s fifteen=%s runnable=%s\n", $1, $2, $3, $4 }' "$P/loadavg"
pressure cpu
printf '%s\n' "$ta" -- "$tb" | awk '$0 == "--" { second = 1; next } NF == 3 { if (second) { if ($2 - p[$1] > 0 || $3 > 0) print $1, $2 - p[$1], $3 - t[$1], $3 } else { p[$1] = $2; t[$1] = $3 } }' | sort -k3,3rn | head -n 8 |
while read -r g periods throttled all; do
  q=$(cat "$g/cpu.cfs_quota_us" 2>/dev/null || cut -d' ' -f1 "$g/cpu.max" 2>/dev/null); e=$(cat "$g/cpu.cfs_period_us" 2>/dev/null || cut -d' ' -f2 "$g/cpu.max" 2>/dev/null)
  printf 'cgroup_cpu path=%s quota_us=%s period_us=%s periods=%s throttled=%s throttled_total=%s service=%s procs=%s\n' "${g#"$C"}" "$q" "$e" "$periods" "$throttled" "$all" "$(cg_svc "$g")" "$(cg_procs "$g")"
done
