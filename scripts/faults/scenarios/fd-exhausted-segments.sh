# A node service opens more files than its limit allows. Decoy: an old full disk in its log.
# shellcheck shell=bash disable=SC2034
HOST=kennet
EARLY=1
prepare() {
  BEFORE='ulimit -n 64' indexer search-index 9300 /srv/index 20
  app product-api 8084 work.item=product upstream.url=http://127.0.0.1:9300/
  old_svlog search-index "$(H 26)" '{"level":"error","name":"search-index","msg":"merge pass failed: ENOSPC: no space left on device, write","code":"ENOSPC"}'
  old_svlog search-index "$(H 25)" '{"level":"info","name":"search-index","msg":"merge pass finished","segments":18}'
}
up() { for i in $(seq 20 140); do echo "seg $i" > "/srv/index/$(printf '%06d' "$i").seg"; done; chown app:app /srv/index/*.seg; }
verify() {
  check "EMFILE in the log" log_has search-index 'EMFILE'
  check "its page says 503" answers http://127.0.0.1:9300/ 503
  check "the caller fails" log_has product-api '503'
}
alert() { grafana ProductApiErrors critical "product-api on $HOST returns errors" label.service=product-api value=1; }
label() { root_cause service search-index fd.exhausted "140 segments against a limit of 64 open files"; }
