# What the kernel said: out of memory, I/O, filesystems, hardware. Seconds since boot become seconds ago.
up=$(cut -d. -f1 "$P/uptime")
want='out of memory|oom-kill|oom_reaper|killed process|i/o error|blk_update_request|buffer i/o|remount.*read-only|read-only file|ext4-fs (error|warning)|xfs.*(error|corrupt|shutdown)|btrfs.*(error|warning)|hung task|blocked for more than|soft lockup|segfault|general protection|traps:|machine check|mce:|edac|thermal|throttl|under-voltage|link is (down|up)|nf_conntrack|table full|possible syn flooding|fork rejected|ata[0-9].*(error|failed)|nvme.*(timeout|error)|no space|file-max limit'
if d=$(dmesg 2>&1); then
  printf '%s\n' "$d" | grep -iE "$want" | tail -n 60 | sed 's/^<[0-9]*>//' | awk -v up="$up" '{ t = $0; ago = "-"; if (match(t, /^\[ *[0-9]+\.[0-9]+\]/)) { s = substr(t, 2, RLENGTH - 2); ago = int(up - s); sub(/^\[[^]]*\] */, "", t) } printf "kernel ago_s=%s text=%s\n", ago, t }'
else
  printf '%s\n' "$d" >&2; exit 1
fi
exit 0
