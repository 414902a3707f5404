# The alert's text speaks of a very high load; the host is idle.
# shellcheck shell=bash disable=SC2034
HOST=slate
prepare() { app quote-api 8083 work.item=quote work.interval=1; web storefront 8000; old_syslog syslog "$(H 2)" "batch[900]" "monthly statement run took 41 minutes on 2 cores"; }
verify() { check "healthy" answers http://127.0.0.1:8083/health; check "no busy process" bash -c '! ps -eo pcpu --sort=-pcpu --no-headers | head -n 1 | awk "{ exit !(\$1 > 50) }"'; }
alert() { homemade check=load host="$HOST" state=WARNING output="WARNING - load average: 38.21, 31.07, 22.90" last_state_change="$((T_PAST - 600))"; }
label() { healthy "the load of the alert is of the past, nothing waits for a processor"; }
