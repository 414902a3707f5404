# Messages of priority error and worse from the journal. $1 = minutes
have journalctl || { echo "journalctl is not installed" >&2; exit 127; }
out=$(journalctl -q -p 3 --since "-${1:-60}min" -n 150 --no-pager -o short-unix 2>&1) || { printf '%s\n' "$out" >&2; exit 1; }
[ -z "$out" ] && { [ -d "$L/journal" ] || [ -d /run/log/journal ] || { echo "there is no journal on this machine" >&2; exit 127; }; }
printf '%s\n' "$out" | awk -v now="$now" 'NF > 2 { t = int(now - $1); $1 = ""; $2 = ""; sub(/^ +/, ""); printf "journal ago_s=%d text=%s\n", t, $0 }'
exit 0
