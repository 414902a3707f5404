# A database accepts connections but every write waits for a lock a backup holds.
# shellcheck shell=bash disable=SC2034
HOST=eider
prepare() {
  database ledger-db 5433 storage.lock=/var/lib/ledger-db/write.lock
  app orders-api 8080 work.item=order database.host=127.0.0.1 database.port=5433 database.timeout=1.5
  mkdir -p /opt/backup/bin
  cat > /opt/backup/bin/ledger-backup <<'SH'
#!/bin/sh
# keeps the write lock until the backup server has fetched the store
exec 9>>/var/lib/ledger-db/write.lock
flock 9
echo "$(date -u +%FT%TZ) store of ledger-db locked, waiting for the backup server on port 8873"
# for every caller anew: whoever only knocks must not end the backup
exec busybox nc -ll -p 8873 -e cat /var/lib/ledger-db/store.aof
SH
  touch /var/lib/ledger-db/write.lock; chown app:app /var/lib/ledger-db/write.lock
  chmod 755 /opt/backup/bin/ledger-backup
}
up() { background ledger-backup chpst -u app /opt/backup/bin/ledger-backup; }
SETTLE=6
verify() { check "timeouts" log_has orders-api '127.0.0.1:5433: timed out'; check "it still listens" listening 5433; check "someone holds the lock" bash -c '! flock -n /var/lib/ledger-db/write.lock true'; }
alert() { alertmanager OrdersTimeouts critical "orders-api on $HOST: database calls time out" label.service=orders-api; }
label() { root_cause service ledger-db service.hung "writes wait for /var/lib/ledger-db/write.lock, held by ledger-backup"; }
