# The certificate of an internal service has expired a moment ago.
# shellcheck shell=bash disable=SC2034
HOST=finch
prepare() {
  known_as 127.0.0.1 payments.northwind.internal
  certificate payments payments.northwind.internal '90 days ago' "@$(($(date +%s) + PLANNED_AGE + 12))"
  app payment-gw 8443 work.item=charge tls.cert=/etc/ssl/site/payments.pem tls.key=/etc/ssl/site/payments.key
  app orders-api 8080 work.item=order upstream.url=https://payments.northwind.internal:8443/ upstream.ca=/etc/ssl/site/ca.pem
}
up() { until_expired /etc/ssl/site/payments.pem; }
verify() { check "expired" bash -c '! openssl x509 -in /etc/ssl/site/payments.pem -noout -checkend 0'; check "the caller says so" log_has orders-api 'certificate has expired'; check "the service itself is up" answers https://payments.northwind.internal:8443/health; }
alert() { alertmanager OrdersPaymentErrors critical "orders-api on $HOST: no payment goes through" label.service=orders-api; }
label() { root_cause certificate payments.northwind.internal:8443 tls.certificate_expired "the certificate of payment-gw is past its notAfter" also=payments.northwind.internal also=payment-gw also=127.0.0.1:8443 also=/etc/ssl/site/payments.pem; }
