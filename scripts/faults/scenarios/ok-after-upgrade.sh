# Packages were upgraded and services restarted; all is well.
# shellcheck shell=bash disable=SC2034
HOST=exe
prepare() {
  app orders-api 8080 work.item=order database.host=127.0.0.1 database.port=5433; database ledger-db 5433
  old_dpkg 1200 libssl3 3.0.15-1~deb12u1 3.0.17-1~deb12u2; old_dpkg 1190 openssl 3.0.15-1~deb12u1 3.0.17-1~deb12u2
}
past() { restart ledger-db; restart orders-api; }
SETTLE=4
verify() { check "healthy" answers http://127.0.0.1:8080/health; check "upgrade in the log" log_has dpkg.log 'upgrade libssl3'; }
alert() { alertmanager ServiceRestarted info "orders-api and ledger-db on $HOST were restarted" label.service=orders-api start="$((T_PAST + 1))"; }
label() { healthy "restarts after a package upgrade"; }
