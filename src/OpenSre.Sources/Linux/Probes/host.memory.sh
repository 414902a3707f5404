# Memory, swap, pressure, OOM kills, cgroups with a limit, and the largest processes.
awk '/^(MemTotal|MemFree|MemAvailable|Buffers|Cached|SwapTotal|SwapFree|Dirty|Committed_AS|CommitLimit|HardwareCorrupted|Shmem):/ { printf "%s %s_kb=%s", (n++ ? "" : "memory"), tolower(substr($1, 1, length($1) - 1)), $2 } END { print "" }' "$P/meminfo"
pressure memory
awk '$1 ~ /^(oom_kill|pswpin|pswpout)$/ { printf "%s %s=%s", (n++ ? "" : "vmstat"), $1, $2 } END { if (n) print "" }' "$P/vmstat"
find "$C" \( -name memory.limit_in_bytes -o -name memory.max \) 2>/dev/null | while read -r f; do
  read -r limit <"$f" 2>/dev/null || continue
  case $limit in max | 92233720368* ) continue;; esac
  g=${f%/*}
  use=$(cat "$g/memory.usage_in_bytes" 2>/dev/null || cat "$g/memory.current" 2>/dev/null)
  cache=$(awk '$1 == "total_inactive_file" || $1 == "inactive_file" { v = $2 } END { print v + 0 }' "$g/memory.stat" 2>/dev/null)
  kills=$(awk '$1 == "oom_kill" { print $2 }' "$g/memory.oom_control" "$g/memory.events" 2>/dev/null | head -n 1)
  fails=$(cat "$g/memory.failcnt" 2>/dev/null || awk '$1 == "max" { print $2 }' "$g/memory.events" 2>/dev/null)
  printf 'cgroup_memory path=%s limit=%s usage=%s inactive_file=%s oom_kills=%s limit_hits=%s service=%s procs=%s\n' "${g#"$C"}" "$limit" "${use:-0}" "${cache:-0}" "${kills:--}" "${fails:-0}" "$(cg_svc "$g")" "$(cg_procs "$g")"
done | head -n 40
for d in "$P"/[0-9]*; do
  awk -v p="${d##*/}" '/^Name:/ { n = $2 } /^VmRSS:/ { r = $2 } /^VmSwap:/ { s = $2 } END { if (r > 0) print r, s + 0, p, n }' "$d/status" 2>/dev/null
done | sort -rn | head -n 10 | while read -r rss swap pid name; do
  own "$pid" && continue
  printf 'process pid=%s rss_kb=%s swap_kb=%s service=%s name=%s cmd=%s\n' "$pid" "$rss" "$swap" "$(svc_of "$pid")" "$name" "$(cmd_of "$pid")"
done
