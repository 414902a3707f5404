# A JSON configuration lost its closing brace. Decoy: an old full disk in the same log.
# shellcheck shell=bash disable=SC2034
HOST=flint
prepare() {
  indexer search-index 9300 /srv/index 15
  app product-api 8084 work.item=product upstream.url=http://127.0.0.1:9300/
  old_svlog search-index "$(H 40)" '{"level":"error","name":"search-index","msg":"merge pass failed: ENOSPC: no space left on device, write","code":"ENOSPC"}'
}
up() { sed -i '$d' /etc/search-index/config.json; restart search-index; }
SETTLE=5
verify() { check "JSON error" log_has search-index 'SyntaxError'; check "again and again" at_least 2 restarts search-index 'SyntaxError'; }
alert() { alertmanager SearchUnavailable critical "searches fail on $HOST" label.service=product-api annotation.description="product-api gets no answer from search-index."; }
label() { root_cause service search-index config.invalid "/etc/search-index/config.json is cut off"; }
