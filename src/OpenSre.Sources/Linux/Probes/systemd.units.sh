# Failed, restarting and recently changed systemd units.
[ -d /run/systemd/system ] || { echo "systemd does not run this machine" >&2; exit 127; }
systemctl show '*.service' --no-pager -p Id,ActiveState,SubState,Result,NRestarts,ExecMainStatus,ExecMainCode,StateChangeTimestampMonotonic,UnitFileState,Type 2>/dev/null |
awk -F= -v up="$(cut -d. -f1 "$P/uptime")" 'function out() { if (id != "" && (v["ActiveState"] != "inactive" || v["UnitFileState"] == "enabled" || v["Result"] != "success")) printf "unit name=%s active=%s sub=%s result=%s restarts=%s exit=%s enabled=%s type=%s since_s=%d\n", id, v["ActiveState"], v["SubState"], v["Result"], v["NRestarts"], v["ExecMainStatus"], (v["UnitFileState"] == "" ? "-" : v["UnitFileState"]), v["Type"], up - v["StateChangeTimestampMonotonic"] / 1000000; id = ""; split("", v) }
  /^$/ { out(); next } { k = $1; sub(/^[^=]*=/, ""); if (k == "Id") { id = $0; sub(/\.service$/, "", id) } else v[k] = $0 } END { out() }' | sort
systemctl list-units --state=failed --no-legend --plain --no-pager 2>/dev/null | awk '$1 !~ /\.service$/ { printf "failed_unit name=%s\n", $1 }'
exit 0
