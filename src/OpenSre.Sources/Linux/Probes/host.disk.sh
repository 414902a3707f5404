# Space and inodes of every real filesystem, twice a second apart, how each is mounted, and large deleted files still open.
real() { awk '$3 !~ /^(proc|sysfs|devpts|devtmpfs|cgroup2?|securityfs|debugfs|tracefs|pstore|bpf|mqueue|hugetlbfs|configfs|fusectl|autofs|binfmt_misc|nsfs|rpc_pipefs|efivarfs|squashfs|ramfs)$/ { gsub(/\\040/, " ", $2); print }' "$P/mounts" | awk '$2 !~ /^\/(sys|proc)\// && !seen[$2]++'; }
sizes() { real | while read -r dev mnt type opts rest; do
  s=$(timeout 3 df -kP "$mnt" 2>/dev/null | awk 'NR == 2 { print $2, $3, $4 }'); i=$(timeout 3 df -iP "$mnt" 2>/dev/null | awk 'NR == 2 { print $2, $3, $4 }')
  [ -n "$s" ] && echo "$mnt $dev $type $opts $s ${i:-0 0 0}"; done; }
a=$(sizes); sleep 1; b=$(sizes)
printf '%s\n' "$a" -- "$b" | awk '$0 == "--" { second = 1; next } !second { free[$1] = $7; next }
  { pct = ($6 + $7 > 0) ? int(100 * $6 / ($6 + $7) + 0.9999) : 0; ip = ($8 > 0) ? int(100 * $9 / $8 + 0.9999) : 0
    printf "filesystem mount=%s use_pct=%d avail_kb=%s size_kb=%s inode_use_pct=%d inodes_free=%s inodes=%s growth_kb_s=%d type=%s dev=%s opts=%s\n", $1, pct, $7, $5, ip, $10, $8, free[$1] - $7, $3, $2, $4 }'
for d in "$P"/[0-9]*; do
  ls -l "$d/fd" 2>/dev/null | awk -v p="${d##*/}" '/\(deleted\)$/ && / \// { fd = ""; for (i = 1; i <= NF; i++) if ($i == "->") { fd = $(i - 1); file = $(i + 1) } if (fd != "" && file ~ /^\// && file !~ /^\/(dev|memfd|SYSV)/) print p, fd, file }'
done | while read -r pid fd file; do
  size=$(stat -L -c %s "$P/$pid/fd/$fd" 2>/dev/null || echo 0)
  [ "$size" -gt 1048576 ] && printf 'deleted_open bytes=%s pid=%s service=%s name=%s path=%s\n' "$size" "$pid" "$(svc_of "$pid")" "$(cat "$P/$pid/comm")" "$file"
done | sort -t= -k2,2rn | head -n 10
exit 0
