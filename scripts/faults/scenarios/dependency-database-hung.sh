# A database process is stopped (SIGSTOP); callers run into timeouts. Decoy: a package upgrade.
# shellcheck shell=bash disable=SC2034
HOST=heron
EARLY=1
prepare() { database ledger-db 5433; app payments 8088 work.item=payment database.host=127.0.0.1 database.port=5433 database.timeout=1.5; old_dpkg 1100 libsqlite3-0 3.40.1-2+deb12u1 3.40.1-2+deb12u2; }
up() { kill -STOP "$(service_pid ledger-db)"; }
SETTLE=6
verify() { check "timeouts" log_has payments '127.0.0.1:5433: timed out'; check "state T" bash -c '[ "$(awk "\$1==\"State:\"{print \$2}" /proc/$(cat /etc/service/ledger-db/supervise/pid)/status)" = T ]'; }
alert() { alertmanager PaymentLatencyHigh critical "payments on $HOST: requests time out" label.service=payments; }
label() { root_cause service ledger-db service.hung "the process of the database is stopped (state T)"; }
