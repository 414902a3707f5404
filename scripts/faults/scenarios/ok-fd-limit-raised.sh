# Descriptors ran out, the limit was raised, the service runs well.
# shellcheck shell=bash disable=SC2034
HOST=edge-4
prepare() {
  BEFORE='ulimit -n $(cat /etc/search-index/nofile)' indexer search-index 9300 /srv/index 90
  echo 64 > /etc/search-index/nofile
}
past() { wait_for 8 log_has search-index EMFILE; echo 1024 > /etc/search-index/nofile; restart search-index; }
SETTLE=5
verify() { check "EMFILE in the log" log_has search-index EMFILE; check "healthy now" answers http://127.0.0.1:9300/; }
alert() { alertmanager SearchIndexMergeFailing warning "search-index on $HOST: merge passes fail" label.service=search-index start="$((T_PAST + 2))"; }
label() { healthy "the limit of open files was raised to 1024 and the service restarted"; }
