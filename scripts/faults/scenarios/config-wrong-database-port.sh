# A service was pointed at a port where no database is. The database is fine.
# shellcheck shell=bash disable=SC2034
HOST=tyne
EARLY=1
prepare() { database ledger-db 5433; app payments 8088 work.item=payment database.host=127.0.0.1 database.port=5433; app refunds 8089 work.item=refund database.host=127.0.0.1 database.port=5433; }
up() { edit /etc/payments/payments.conf 's/^port = 5433/port = 5438/'; restart payments; }
SETTLE=5
verify() { check "refused at 5438" log_has payments '127.0.0.1:5438: .*Connection refused'; check "the neighbour works" answers http://127.0.0.1:8089/health; check "the database listens" listening 5433; }
alert() { alertmanager PaymentFailures critical "payments on $HOST cannot reach its database" label.service=payments; }
label() { root_cause service payments config.invalid "its database port was changed to 5438; ledger-db listens on 5433"; }
