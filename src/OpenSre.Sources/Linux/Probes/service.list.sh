# Services under a supervisor that is not systemd (runit, s6), watched for two seconds, and their last words.
word() { w=; read -r w _ 2>/dev/null <"$1"; printf '%s' "${w:--}"; }
snap() { for d in /etc/service/* /service/* /var/service/* /etc/runit/runsvdir/default/* /run/service/*; do
  [ -e "$d/run" ] || continue
  r=$(readlink -f "$d"); s=$d/supervise
  printf '%s %s %s %s %s\n' "${d##*/}" "$(word "$s/stat")" "$(word "$s/pid")" "$(stat -c %Y "$s/status" 2>/dev/null || echo 0)" "$r"
done | awk '!seen[$5]++'; }
a=$(snap); [ -n "$a" ] || { echo "no runit or s6 service directory" >&2; exit 127; }
sleep 2; b=$(snap); now=$(date +%s)
printf '%s\n' "$b" | while read -r name state pid at dir; do
  before=$(printf '%s\n' "$a" | awk -v d="$dir" '$5 == d { print $3 "/" $4 }')
  changed=no; [ "$before" = "$pid/$at" ] || changed=yes
  state=${state%,}
  case $pid in - | 0) pid=0; case $state in run) state=restarting;; esac;; esac
  printf 'service name=%s state=%s pid=%s since_s=%s changed_in_2s=%s wanted=%s supervisor=runit dir=%s\n' "$name" "$state" "$pid" "$([ "$at" -gt 0 ] && echo $((now - at)) || echo -)" "$changed" "$([ -e "$dir/down" ] && echo down || echo up)" "$dir"
done
exit 0
