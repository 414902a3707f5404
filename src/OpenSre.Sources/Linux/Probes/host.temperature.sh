# Temperatures against their own limits, and throttling counters.
for z in "$S"/class/thermal/thermal_zone*; do
  [ -r "$z/temp" ] || continue
  printf 'zone name=%s type=%s milli_c=%s' "${z##*/}" "$(tr ' ' _ <"$z/type")" "$(cat "$z/temp" 2>/dev/null)"
  for t in "$z"/trip_point_*_type; do [ -r "$t" ] && case $(cat "$t") in critical | hot) printf ' %s_milli_c=%s' "$(cat "$t")" "$(cat "${t%_type}_temp")";; esac; done; echo
done
for h in "$S"/class/hwmon/hwmon*; do for f in "$h"/temp*_input; do
  [ -r "$f" ] || continue; b=${f%_input}
  printf 'sensor chip=%s label=%s milli_c=%s max_milli_c=%s crit_milli_c=%s\n' "$(cat "$h/name" 2>/dev/null)" "$(tr ' ' _ <"${b}_label" 2>/dev/null || echo "${b##*/}")" "$(cat "$f" 2>/dev/null)" "$(cat "${b}_max" 2>/dev/null || echo -)" "$(cat "${b}_crit" 2>/dev/null || echo -)"
done; done
t=0; for f in "$S"/devices/system/cpu/cpu*/thermal_throttle/core_throttle_count; do [ -r "$f" ] && t=$((t + $(cat "$f"))); done
[ $t -gt 0 ] && printf 'throttle count=%s\n' "$t"
have vcgencmd && printf 'firmware text=%s\n' "$(vcgencmd get_throttled 2>/dev/null)"
exit 0
