# An OOM kill of yesterday in the kernel log; a watcher repeats it today.
# shellcheck shell=bash disable=SC2034
HOST=harrier
DIALECT=text
prepare() {
  app importer 8097 work.item=row
  database ledger-db 5433
  old_syslog kern.log "$(H 19)" kernel "[41211.560112] Memory cgroup out of memory: Killed process 3120 (importer) total-vm:902110kB, anon-rss:611200kB, file-rss:2810kB"
  old_svlog importer $(($(H 19) - 2)) "INFO importer 2.4.1 listening on 127.0.0.1:8097"
}
verify() { check "the old line" log_has kern.log 'Killed process 3120'; check "healthy" answers http://127.0.0.1:8097/health; }
alert() { echo "logwatch on $HOST found 1 line 'Memory cgroup out of memory: Killed process 3120 (importer)'. Please check whether importer is in trouble."; }
label() { healthy "the OOM was 19 hours ago; importer runs"; }
