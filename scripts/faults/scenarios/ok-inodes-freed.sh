# Inodes ran out for a moment; the stale files are gone.
# shellcheck shell=bash disable=SC2034
HOST=godwit
prepare() { volume /srv/sessions 32 -N 1024; app session-store 8075 work.item=session storage.dir=/srv/sessions storage.mode=files storage.kb=1; }
past() { mkdir /srv/sessions/stale; (cd /srv/sessions/stale && seq -f 'sess_%06.0f' 1 1200 | xargs touch 2>/dev/null) || true; wait_for 8 log_has session-store 'No space left on device'; rm -rf /srv/sessions/stale; }
SETTLE=11
verify() { check "errors in the log" log_has session-store 'No space left on device'; check "inodes now" test "$(df --output=iavail /srv/sessions | tail -n 1)" -gt 500; PATIENCE=15; check "healthy now" answers http://127.0.0.1:8075/health; }
alert() { grafana SessionWriteFailures critical "session-store on $HOST cannot save sessions" label.service=session-store start="$((T_PAST + 3))" value=0; }
label() { healthy "stale sessions were removed, inodes are free again"; }
