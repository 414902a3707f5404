# Disk activity over one second, pressure, limits put on I/O, and processes stuck in it.
a=$(cat "$P/diskstats"); sleep 1; b=$(cat "$P/diskstats")
printf '%s\n' "$a" -- "$b" | awk '$0 == "--" { second = 1; next } !second { for (i = 4; i <= 14; i++) v[$3, i] = $i; next }
  $4 + $8 > 0 { ops = $4 - v[$3, 4] + $8 - v[$3, 8]; ms = $7 - v[$3, 7] + $11 - v[$3, 11]
    printf "disk dev=%s util_pct=%.0f read_kb_s=%d write_kb_s=%d ops_s=%d await_ms=%.1f inflight=%d major_minor=%s:%s\n", $3, ($13 - v[$3, 13]) / 10, ($6 - v[$3, 6]) / 2, ($10 - v[$3, 10]) / 2, ops, (ops > 0 ? ms / ops : 0), $12, $1, $2 }'
pressure io
find "$C" \( -name 'blkio.throttle.*_device' -o -name io.max \) 2>/dev/null | while read -r f; do
  while read -r line; do [ -n "$line" ] && printf 'io_limit path=%s service=%s procs=%s file=%s text=%s\n' "$(g=${f%/*}; printf %s "${g#"$C"}")" "$(cg_svc "${f%/*}")" "$(cg_procs "${f%/*}")" "${f##*/}" "$line"; done <"$f"
done | head -n 20
for d in "$P"/[0-9]*; do
  read -r line <"$d/stat" 2>/dev/null || continue
  rest=${line##*) }
  case $rest in D*) pid=${d##*/}; printf 'blocked pid=%s wait=%s service=%s name=%s cmd=%s\n' "$pid" "$(cat "$d/wchan" 2>/dev/null || echo -)" "$(svc_of "$pid")" "$(cat "$d/comm")" "$(cmd_of "$pid")";; esac
done 2>/dev/null | head -n 10
for f in "$P/mdstat"; do [ -r "$f" ] && awk '/^md/ { name = $1; state = $3 } /\[[U_]+\]/ { printf "raid name=%s state=%s text=%s\n", name, state, $0 }' "$f"; done
exit 0
