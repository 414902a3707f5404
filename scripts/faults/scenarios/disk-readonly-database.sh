# A database's filesystem is read-only; the alert is about the service above it.
# shellcheck shell=bash disable=SC2034
HOST=dove
prepare() {
  mkdir -p /var/lib/ledger-db
  volume /var/lib/ledger-db 32
  database ledger-db 5433
  app payments 8088 work.item=payment database.host=127.0.0.1 database.port=5433
  old_syslog kern.log "$(H 50)" kernel "[   88.120001] Out of memory: Killed process 918 (batch-import) total-vm:2210332kB, anon-rss:1802112kB"
}
up() { stop ledger-db; mount -o remount,ro /var/lib/ledger-db; start ledger-db || true; }
verify() {
  check "mounted read-only" bash -c "findmnt -n -o OPTIONS /var/lib/ledger-db | grep -q '^ro'"
  check "the database cannot write" log_has ledger-db 'Read-only file system'
  check "the service above fails" log_has payments 'Connection refused|Read-only'
}
alert() { alertmanager PaymentFailures critical "payments on $HOST: more than half of the payments fail" label.service=payments label.team=checkout; }
label() { root_cause filesystem /var/lib/ledger-db disk.read_only "ledger-db cannot open its store for writing, payments fails above it"; }
