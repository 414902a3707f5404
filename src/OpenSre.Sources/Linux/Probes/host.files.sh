# Open files: the machine's table, and the processes nearest to their own limit.
awk '{ printf "file_table used=%s max=%s\n", $1 - $2, $3 }' "$P/sys/fs/file-nr"
for d in "$P"/[0-9]*; do
  pid=${d##*/}; own "$pid" && continue
  grep -q "^PPid:.$$\$" "$d/status" 2>/dev/null && continue
  n=$(ls "$d/fd" 2>/dev/null | wc -l); [ "$n" -gt 0 ] || continue
  limit=$(awk '/^Max open files/ { print $4 }' "$d/limits" 2>/dev/null); case $limit in '' | unlimited | 0) continue;; esac
  echo "$((n * 100 / limit)) $n $limit $pid"
done | sort -rn | head -n 8 | while read -r pct n limit pid; do
  printf 'process_files pid=%s open=%s limit=%s use_pct=%s service=%s name=%s cmd=%s\n' "$pid" "$n" "$limit" "$pct" "$(svc_of "$pid")" "$(cat "$P/$pid/comm" 2>/dev/null)" "$(cmd_of "$pid")"
done
exit 0
