# How many processes and threads there are, their limits, zombies, and every process with age and service.
cat "$P"/[0-9]*/stat 2>/dev/null | awk '{ i = length($0); while (i > 0 && substr($0, i, 1) != ")") i--; split(substr($0, i + 2), f, " "); s[f[1]]++; t += f[18]; n++ } END { printf "processes total=%d threads=%d running=%d blocked=%d zombie=%d stopped=%d\n", n, t, s["R"], s["D"], s["Z"], s["T"] }'
printf 'pid_limit pid_max=%s threads_max=%s\n' "$(cat "$P/sys/kernel/pid_max")" "$(cat "$P/sys/kernel/threads-max")"
find "$C" -name pids.max 2>/dev/null | while read -r f; do
  read -r max <"$f"; [ "$max" = max ] && continue; g=${f%/*}
  printf 'cgroup_pids path=%s current=%s max=%s limit_hits=%s service=%s procs=%s\n' "${g#"$C"}" "$(cat "$g/pids.current")" "$max" "$(awk '{ print $2; exit }' "$g/pids.events" 2>/dev/null)" "$(cg_svc "$g")" "$(cg_procs "$g")"
done
up=$(cut -d. -f1 "$P/uptime")
for d in "$P"/[0-9]*; do
  pid=${d##*/}; own "$pid" && continue
  read -r line <"$d/stat" 2>/dev/null || continue
  set -- ${line##*) }
  [ "$2" = 2 ] || [ "$pid" = 2 ] || [ "$2" = "$$" ] || echo "$((up - ${20} / hz)) $pid $2 $1 ${18}"
done 2>/dev/null | sort -n | head -n 60 | while read -r age pid ppid state threads; do
  printf 'process pid=%s ppid=%s state=%s threads=%s age_s=%s service=%s name=%s cmd=%s\n' "$pid" "$ppid" "$state" "$threads" "$age" "$(svc_of "$pid")" "$(tr ' ' _ <"$P/$pid/comm" 2>/dev/null)" "$(cmd_of "$pid")"
done
exit 0
