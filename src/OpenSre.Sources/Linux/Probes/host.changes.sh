# What changed in the last days: reboots, packages, configuration files. $1 = hours
hours=${1:-72}
awk -v now="$now" '{ printf "boot ago_s=%d\n", $1 }' "$P/uptime"
for f in "$L"/dpkg.log "$L"/dpkg.log.1; do [ -r "$f" ] && awk '$3 ~ /^(install|upgrade|remove|purge)$/ { print }' "$f"; done 2>/dev/null | sort | tail -n 40 | while read -r d t action pkg old new; do
  at=$(date -d "$d $t" +%s 2>/dev/null || echo 0); ago=$((now - at)); [ "$at" -gt 0 ] && [ $ago -lt $((hours * 3600)) ] && printf 'package ago_s=%s action=%s name=%s from=%s to=%s\n' "$ago" "$action" "$pkg" "$old" "$new"
done
for f in "$L"/dnf.rpm.log "$L"/yum.log "$L"/pacman.log "$L"/apk.log; do [ -r "$f" ] && tail -n 15 "$f" | sed "s#^#package_log file=$f text=#"; done
find /etc /opt/*/etc /srv/*/conf /usr/local/etc -xdev -type f -mmin -$((hours * 60)) 2>/dev/null | grep -vE '/(mtab|resolv\.conf\.bak|ld\.so\.cache|\.pwd\.lock|adjtime)$|/supervise/|/(shadow|gshadow|passwd|group)-?$' | head -n 300 | while read -r f; do
  at=$(stat -c %Y "$f" 2>/dev/null) && printf '%s %s\n' "$((now - at))" "$f"
done | sort -n | head -n 30 | while read -r ago f; do printf 'config ago_s=%s path=%s\n' "$ago" "$f"; done
find /etc/resolv.conf -maxdepth 0 -type l 2>/dev/null | while read -r f; do printf 'link path=%s target=%s\n' "$f" "$(readlink -f "$f")"; done
exit 0
