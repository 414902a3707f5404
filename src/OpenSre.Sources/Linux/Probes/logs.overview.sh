# Log files written lately, and their last lines that speak of trouble. $1 = minutes
find "$L" -xdev -type f -mmin -"${1:-1440}" 2>/dev/null | grep -vE '\.(gz|xz|zst|[0-9]+)$|/journal/|/(wtmp|btmp|lastlog|faillog|installer|dpkg\.log|alternatives\.log|history\.log|term\.log|eipp)' | head -n 60 | while read -r f; do
  printf '%s %s\n' "$(stat -c %Y "$f")" "$f"; done | sort -rn | head -n 24 | while read -r at f; do
  printf 'log_file path=%s size=%s modified_s_ago=%s\n' "$f" "$(stat -c %s "$f")" "$((now - at))"
  tail -c 65536 "$f" 2>/dev/null | tr -d '\000' | grep -aiE 'error|fail|fatal|panic|exception|traceback|denied|refused|timed? ?out|no space|too many open|cannot|unable|killed|out of memory|segfault|read-only|already in use|unavailable|expired|critical|emerg|unresolved|not found|crash' | tail -n 10 | cut -c1-300 | sed 's/^/log text=/'
done
exit 0
