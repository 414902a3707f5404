# A service may not write into its data directory any more. Decoy: the disk is at 70%.
# shellcheck shell=bash disable=SC2034
HOST=basalt
prepare() { volume /srv/invoices 40; head -c 26M /dev/urandom > /srv/invoices/archive.tar; app billing 8090 work.item=invoice storage.dir=/srv/invoices storage.mode=files; database ledger-db 5433; }
up() { chown root:root /srv/invoices; chmod 755 /srv/invoices; }
verify() { check "permission denied" log_has billing 'Permission denied'; check "space is left" test "$(df --output=avail /srv/invoices | tail -n 1)" -gt 2000; check "503" answers http://127.0.0.1:8090/health 503; }
alert() { alertmanager InvoicesFailing critical "billing on $HOST cannot save invoices" label.service=billing; }
label() { root_cause service billing config.permission "/srv/invoices belongs to root since a deployment"; }
