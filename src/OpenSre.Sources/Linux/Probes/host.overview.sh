# What machine this is, how long it runs, and its golden signals at a glance.
printf 'host name=%s kernel=%s arch=%s cores=%s time=%s epoch=%s\n' "$(cat "$P/sys/kernel/hostname" 2>/dev/null || hostname)" "$(uname -r)" "$(uname -m)" "$(grep -c '^processor' "$P/cpuinfo")" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$now"
[ -r /etc/os-release ] && sed -n 's/^PRETTY_NAME="\{0,1\}\([^"]*\)"\{0,1\}$/os text=\1/p' /etc/os-release
awk '{ printf "uptime seconds=%d\n", $1 }' "$P/uptime"
awk '{ printf "load one=%s five=%s fifteen=%s runnable=%s\n", $1, $2, $3, $4 }' "$P/loadavg"
pressure cpu memory io
awk '/^(MemTotal|MemAvailable|SwapTotal|SwapFree):/ { printf "%s %s=%s", (n++ ? "" : "memory"), tolower(substr($1, 1, length($1) - 1)) "_kb", $2 } END { print "" }' "$P/meminfo"
read -r one <"$P/1/comm" 2>/dev/null && printf 'init name=%s\n' "$one"
if have ip; then ip -o addr show 2>/dev/null | awk '{ sub(/\/.*/, "", $4); printf "address interface=%s ip=%s\n", $2, $4 }'; fi
exit 0
