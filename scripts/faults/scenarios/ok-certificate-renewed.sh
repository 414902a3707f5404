# A certificate had expired and was renewed.
# shellcheck shell=bash disable=SC2034
HOST=lynx
prepare() {
  known_as 127.0.0.1 payments.northwind.internal
  certificate payments payments.northwind.internal '90 days ago' '1 minute ago'
  app payment-gw 8443 work.item=charge tls.cert=/etc/ssl/site/payments.pem tls.key=/etc/ssl/site/payments.key
  app orders-api 8080 work.item=order upstream.url=https://payments.northwind.internal:8443/ upstream.ca=/etc/ssl/site/ca.pem
}
past() { wait_for 8 log_has orders-api 'certificate has expired'; certificate payments payments.northwind.internal '1 minute ago' '90 days'; restart payment-gw; }
SETTLE=11
verify() { check "the old error" log_has orders-api 'certificate has expired'; check "valid now" openssl x509 -in /etc/ssl/site/payments.pem -noout -checkend 86400; PATIENCE=15; check "healthy" answers http://127.0.0.1:8080/health; }
alert() { alertmanager OrdersPaymentErrors critical "orders-api on $HOST: no payment goes through" label.service=orders-api start="$((T_PAST + 2))"; }
label() { healthy "the certificate was renewed, payments work"; }
