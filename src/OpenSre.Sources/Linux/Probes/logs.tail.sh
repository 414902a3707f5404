# The end of one log file. $1 = path, $2 = lines
[ -f "$1" ] || { echo "no such log file: $1" >&2; exit 1; }
printf 'log_file path=%s size=%s modified_s_ago=%s\n' "$1" "$(stat -c %s "$1")" "$((now - $(stat -c %Y "$1")))"
tail -n "${2:-100}" "$1" | tr -d '\000' | cut -c1-600 | sed 's/^/log text=/'
