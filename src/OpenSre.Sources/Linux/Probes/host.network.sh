# Interfaces with errors and drops over one second, TCP health, conntrack, routes.
a=$(cat "$P/net/dev"); sa=$(cat "$P/net/snmp" "$P/net/netstat" 2>/dev/null); sleep 1; b=$(cat "$P/net/dev"); sb=$(cat "$P/net/snmp" "$P/net/netstat" 2>/dev/null)
printf '%s\n' "$a" -- "$b" | sed 's/:/ /' | awk '$0 == "--" { second = 1; next } NF < 16 || $2 !~ /^[0-9]/ { next } !second { for (i = 2; i <= 13; i++) v[$1, i] = $i; next }
  { printf "interface name=%s rx_kb_s=%d tx_kb_s=%d rx_packets=%s tx_packets=%s rx_errors=%s rx_dropped=%s tx_errors=%s tx_dropped=%s new_errors=%d new_drops=%d\n", $1, ($2 - v[$1, 2]) / 1024, ($10 - v[$1, 10]) / 1024, $3, $11, $4, $5, $12, $13, $4 + $12 - v[$1, 4] - v[$1, 12], $5 + $13 - v[$1, 5] - v[$1, 13] }' |
while read -r line; do n=${line#*name=}; n=${n%% *}; printf '%s state=%s\n' "$line" "$(cat "$S/class/net/$n/operstate" 2>/dev/null || echo -)"; done
printf '%s\n' "$sa" -- "$sb" | awk '$0 == "--" { second = 1; next } { k = $1; if (k in head) { n = split(head[k], h, " "); for (i = 2; i <= n; i++) { key = k h[i]; if (second) after[key] = $i; else before[key] = $i } delete head[k] } else head[k] = $0 }
  END { printf "tcp established=%s retrans=%d out=%d resets=%d listen_overflows=%s listen_drops=%s\n", after["Tcp:CurrEstab"], after["Tcp:RetransSegs"] - before["Tcp:RetransSegs"], after["Tcp:OutSegs"] - before["Tcp:OutSegs"], after["Tcp:OutRsts"] - before["Tcp:OutRsts"], after["TcpExt:ListenOverflows"] + 0, after["TcpExt:ListenDrops"] + 0
        printf "tcp_delta listen_overflows=%d listen_drops=%d\n", after["TcpExt:ListenOverflows"] - before["TcpExt:ListenOverflows"], after["TcpExt:ListenDrops"] - before["TcpExt:ListenDrops"] }'
[ -r "$P/sys/net/netfilter/nf_conntrack_max" ] && printf 'conntrack count=%s max=%s\n' "$(cat "$P/sys/net/netfilter/nf_conntrack_count")" "$(cat "$P/sys/net/netfilter/nf_conntrack_max")"
awk 'NR > 1 && $2 == "00000000" { printf "route default=yes interface=%s\n", $1; n++ } END { if (!n) print "route default=no" }' "$P/net/route"
sed -n 's/^nameserver[[:space:]]*/resolver server=/p' /etc/resolv.conf 2>/dev/null
exit 0
