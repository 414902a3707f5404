# Two services were given the same port; the second cannot start. Decoy: its data volume is at 80%.
# shellcheck shell=bash disable=SC2034
HOST=petrel
prepare() {
  volume /srv/index 40; head -c 28M /dev/urandom > /srv/index/archive.bin
  indexer search-index 9300 /srv/index 15
  app audit 9310 work.item=record
}
up() { edit /etc/audit/audit.conf 's/port = .*/port = 9300/'; stop search-index; restart audit; wait_for 6 listening 9300; sv up /etc/service/search-index; }
SETTLE=5
verify() {
  check "EADDRINUSE" log_has search-index 'EADDRINUSE'
  check "audit has the port" bash -c "ss -ltnpH 'sport = :9300' | grep -q audit"
}
alert() { alertmanager SearchIndexDown critical "search-index on $HOST is not running" label.service=search-index label.job=search-index; }
label() { root_cause service search-index port.conflict "audit was configured to listen on 9300, the port of search-index"; }
