# What takes longer to find out and changes seldom: updates that wait, and what disks say of themselves. Reads only; asks
# no network: package lists are as the host last fetched them.
s begin; echo 1
s updates
if have apt-get; then
  if l=$(lim 25 apt-get -s -o Debug::NoLocking=true upgrade 2>&1); then printf '%s\n' "$l" | grep -c '^Inst '; else no "$(printf %s "$l" | grep '^E:' | head -n 1 | cut -c1-160)"; fi
elif have dnf; then l=$(lim 25 dnf -q -C check-update 2>/dev/null); case $? in 0) echo 0;; 100) printf '%s\n' "$l" | awk '/^Obsoleting/ { exit } NF == 3' | wc -l;; *) no "dnf could not tell";; esac
elif have apk; then if l=$(lim 25 apk --no-network -q version -l '<' 2>/dev/null); then printf '%s\n' "$l" | grep -c .; else no "apk could not tell"; fi
elif have pacman; then l=$(lim 25 pacman -Qu 2>/dev/null); case $? in 0 | 1) printf '%s\n' "$l" | grep -vc '\[ignored\]\|^$';; *) no "pacman could not tell";; esac
elif have zypper; then if l=$(lim 25 zypper -q --no-refresh list-updates 2>/dev/null); then printf '%s\n' "$l" | grep -c '^v '; else no "zypper could not tell"; fi
else no absent; fi
s smart
if ! have smartctl; then no absent
elif l=$(lim 10 smartctl --scan 2>/dev/null) && [ -n "$l" ]; then
  printf '%s\n' "$l" | awk '{ print $1, $3 }' | head -n 24 | while read -r d t; do
    lim 8 smartctl -n standby -H -d "$t" "$d" >/dev/null 2>&1; echo "$d $?"
  done
else no "smartctl finds no disk"; fi
s end
