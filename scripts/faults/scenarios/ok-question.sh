# Nobody is in trouble; a person asks.
# shellcheck shell=bash disable=SC2034
HOST=dunlin
DIALECT=text
prepare() { app billing 8090 work.item=invoice storage.dir=/srv/billing; mkdir -p /srv/billing; chown app:app /srv/billing; database ledger-db 5433; web storefront 8000; }
verify() { check "healthy" answers http://127.0.0.1:8090/health; }
alert() { echo "A customer says invoices were slow this morning. Is anything wrong with billing on $HOST right now?"; }
label() { healthy "nothing is wrong"; }
