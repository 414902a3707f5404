# Everything about one service: supervisor, processes, limits, ports, connections, logs, configuration. $1 = name
name=$1; up=$(cut -d. -f1 "$P/uptime"); pids=
add() { case " $pids " in *" $1 "*) ;; *) pids="$pids $1";; esac; }
if [ -d /run/systemd/system ] && systemctl show "$name.service" -p LoadState 2>/dev/null | grep -q loaded; then
  systemctl show "$name.service" --no-pager -p Id,ActiveState,SubState,Result,NRestarts,ExecMainStatus,ExecMainCode,MainPID,UnitFileState,FragmentPath,LimitNOFILE,MemoryMax,TasksMax,CPUQuotaPerSecUSec,StateChangeTimestampMonotonic | awk -F= -v up="$up" '{ k = $1; sub(/^[^=]*=/, ""); v[k] = $0 } END { id = v["Id"]; sub(/\.service$/, "", id); printf "unit name=%s active=%s sub=%s result=%s restarts=%s exit=%s enabled=%s since_s=%d\n", id, v["ActiveState"], v["SubState"], v["Result"], v["NRestarts"], v["ExecMainStatus"], v["UnitFileState"], up - v["StateChangeTimestampMonotonic"] / 1000000 }'
  for q in $(cat "$C"/system.slice/"$name.service"/cgroup.procs "$C"/systemd/system.slice/"$name.service"/cgroup.procs 2>/dev/null); do add "$q"; done
fi
for d in /etc/service/"$name" /service/"$name" /var/service/"$name" /etc/sv/"$name" /run/service/"$name"; do
  [ -d "$d" ] || continue
  s=$d/supervise; q=$(cat "$s/pid" 2>/dev/null); at=$(stat -c %Y "$s/status" 2>/dev/null || echo 0)
  printf 'supervised name=%s state=%s pid=%s since_s=%s wanted=%s dir=%s\n' "$name" "$(cut -d, -f1 "$s/stat" 2>/dev/null | head -n 1)" "${q:-0}" "$((now - at))" "$([ -e "$d/down" ] && echo down || echo up)" "$(readlink -f "$d")"
  [ -n "$q" ] && add "$q"
  [ -r "$d/run" ] && grep -vE '^(#|$)' "$d/run" | head -n 12 | sed 's/^/run_script text=/'
  runscript=$(cat "$d/run" 2>/dev/null)
  break
done
for d in "$P"/[0-9]*; do
  pid=${d##*/}; own "$pid" && continue; [ "$pid" = 1 ] && continue
  read -r cm <"$d/comm" 2>/dev/null || continue
  case $cm in runsv | runsvdir | svlogd | s6-supervise) continue;; esac
  hit=no; [ "$cm" = "$name" ] && hit=yes
  [ $hit = no ] && tr '\000' '\n' <"$d/cmdline" 2>/dev/null | sed 's#.*/##; s/\.\(py\|js\|sh\|jar\|rb\|pl\|dll\)$//' | head -n 3 | grep -qxF -- "$name" && hit=yes
  [ $hit = no ] && [ "$(svc_of "$pid")" = "$name" ] && hit=yes
  [ $hit = yes ] && add "$pid"
done
n=0; for pid in $pids; do
  [ -r "$P/$pid/stat" ] || continue; n=$((n + 1)); [ $n -gt 6 ] && break
  read -r line <"$P/$pid/stat"; rest=${line##*) }; set -- $rest
  printf 'process pid=%s ppid=%s state=%s threads=%s age_s=%s rss_kb=%s open_files=%s cwd=%s name=%s cmd=%s\n' "$pid" "$2" "$1" "${18}" "$((up - ${20} / hz))" "$((${22} * 4))" "$(ls "$P/$pid/fd" 2>/dev/null | wc -l)" "$(readlink "$P/$pid/cwd" 2>/dev/null)" "$(tr ' ' _ <"$P/$pid/comm")" "$(cmd_of "$pid")"
  awk -v p="$pid" '/^Max (open files|processes|address space|file size)/ { k = tolower($2 "_" $3); printf "limit pid=%s what=%s soft=%s\n", p, k, $4 }' "$P/$pid/limits" 2>/dev/null | grep -v unlimited
  sed 's/^[0-9]*:\([^:]*\):/\1 /' "$P/$pid/cgroup" 2>/dev/null | awk -v p="$pid" '$2 != "/" && $2 != "" { printf "in_cgroup pid=%s controller=%s path=%s\n", p, ($1 == "" ? "unified" : $1), $2 }' | head -n 8
  if have ss; then
    ss -Hlntup 2>/dev/null | grep -F "pid=$pid," | awk '{ printf "listens proto=%s address=%s\n", $1, $5 }'
    ss -Hntp 2>/dev/null | grep -F "pid=$pid," | awk '{ printf "connection state=%s local=%s peer=%s send_queue=%s\n", $1, $4, $5, $3 }' | head -n 12
  fi
  ls -l "$P/$pid/fd" 2>/dev/null | awk '/ -> \// { for (i = 1; i < NF; i++) if ($i == "->") print $(i + 1) }' | grep -vE '^/(dev|proc|sys|memfd)' | sort -u | head -n 12 | sed 's/^/opened path=/'
done
[ $n -eq 0 ] && echo "no_process name=$name"
# Files the command line and the run script name: configuration, certificates, data.
{ for pid in $pids; do tr '\000' '\n' <"$P/$pid/cmdline" 2>/dev/null; done; printf '%s\n' "$runscript"; } | tr " \"'=;,()" '\n\n\n\n\n\n\n\n' | grep -E '^/[A-Za-z0-9_./-]+$' | grep -vE '^/(dev|proc|sys|bin|usr/bin|usr/sbin|sbin)(/|$)' | sort -u | head -n 20 | while read -r f; do
  if [ -e "$f" ]; then printf 'referenced path=%s kind=%s mode=%s owner=%s size=%s modified_s_ago=%s\n' "$f" "$([ -d "$f" ] && echo directory || echo file)" "$(stat -c %a "$f")" "$(stat -c %U "$f")" "$(stat -c %s "$f")" "$((now - $(stat -c %Y "$f")))"; else printf 'referenced path=%s kind=missing\n' "$f"; fi
done
# What its configuration says about addresses, ports, paths and limits, with the section before the key.
{ for pid in $pids; do tr '\000' '\n' <"$P/$pid/cmdline" 2>/dev/null; done; printf '%s\n' "$runscript"; } | tr " \"'=;,()" '\n\n\n\n\n\n\n\n' | grep -E '^/(etc|opt|srv|usr/local|home|var/lib)/.*\.(conf|cnf|cfg|ini|json|ya?ml|toml|env|properties)$' | sort -u | head -n 4 | while read -r f; do
  [ -f "$f" ] && [ "$(stat -c %s "$f")" -lt 65536 ] && awk -v f="$f" '/^[[:space:]]*\[[^]]*\][[:space:]]*$/ { section = $0; gsub(/[][[:space:]]/, "", section); section = section "."; next } /^[[:space:]]*(#|;|\/\/)/ { next } tolower($0) ~ /(port|listen|bind|addr|host|url|upstream|dir|path|file|cert|database|dsn|server|socket|endpoint|timeout|limit|max)[a-z_]*"?[[:space:]]*[=: ]/ { t = $0; sub(/^[[:space:]]*/, "", t); printf "setting file=%s text=%s%s\n", f, section, t; if (++n == 40) exit }' "$f" | cut -c1-240
done
# Logs: where standard output goes, a logger's directory, and files named after the service.
{ for pid in $pids; do readlink "$P/$pid/fd/1"; readlink "$P/$pid/fd/2"; done 2>/dev/null | grep '^/' | grep -v '^/dev/'; printf '%s\n' "$runscript" | sed -n 's/.*>> *\([^ &]*\).*/\1/p; s/.*[^>0-9]> *\(\/[^ &]*\).*/\1/p'
  ls -d "$L/$name.log" "$L/$name"/current "$L/$name"/*.log "/etc/service/$name/log/main/current" 2>/dev/null; } | sort -u | head -n 5 | while read -r f; do
  [ -f "$f" ] || continue
  printf 'log_file path=%s size=%s modified_s_ago=%s\n' "$f" "$(stat -c %s "$f")" "$((now - $(stat -c %Y "$f")))"
  tail -n 40 "$f" 2>/dev/null | cut -c1-400 | sed 's/^/log text=/'
done
[ -d /run/systemd/system ] && have journalctl && journalctl -q -u "$name" -n 40 --no-pager -o cat 2>/dev/null | cut -c1-400 | sed 's/^/log text=/'
exit 0
