# The clock: is it synchronised, and by how much is it off?
printf 'clock utc=%s epoch=%s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$(date +%s)"
if have timedatectl; then timedatectl show -p NTPSynchronized -p NTP 2>/dev/null | sed 's/^/timedate /'; fi
if have chronyc; then chronyc -n tracking 2>/dev/null | sed -n 's/^\(Leap status\|System time\|Last offset\|Stratum\) *: */chrony \1 text=/p'; fi
if have ntpq; then ntpq -c rv 2>/dev/null | tr ',' '\n' | sed -n 's/^ *\(offset\|stratum\|leap\)/ntp \1/p'; fi
[ -e /run/systemd/timesync/synchronized ] && echo 'timesyncd synchronized=yes'
adj=$(have adjtimex && adjtimex -p 2>/dev/null | sed -n 's/^ *\(status\|offset\|maxerror\): */\1=/p' | tr '\n' ' '); [ -n "$adj" ] && printf 'kernel_clock %s\n' "$adj"
exit 0
