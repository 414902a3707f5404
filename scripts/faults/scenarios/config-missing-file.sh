# The configuration file of a service is gone.
# shellcheck shell=bash disable=SC2034
HOST=smew
prepare() { app ledger-sync 8095 work.item=entry; web storefront 8000; old_dpkg 600 ca-certificates 20230311 20230311+deb12u1; }
up() { mv /etc/ledger-sync/ledger-sync.conf /etc/ledger-sync/ledger-sync.conf.dpkg-old; restart ledger-sync; }
SETTLE=5
verify() { check "no such file" log_has ledger-sync 'No such file or directory'; check "again and again" at_least 2 restarts ledger-sync FATAL; }
alert() { alertmanager ServiceRestarting warning "ledger-sync on $HOST restarts in a loop" label.service=ledger-sync; }
label() { root_cause service ledger-sync config.invalid "/etc/ledger-sync/ledger-sync.conf was moved away"; }
