# After a renewal the certificate carries another name than the callers use.
# shellcheck shell=bash disable=SC2034
HOST=pike
EARLY=1
prepare() {
  known_as 127.0.0.1 rates.northwind.internal
  certificate rates rates.northwind.internal '60 days ago' '300 days'
  app rates 8444 work.item=rate tls.cert=/etc/ssl/site/rates.pem tls.key=/etc/ssl/site/rates.key
  app pricing 8086 work.item=price upstream.url=https://rates.northwind.internal:8444/ upstream.ca=/etc/ssl/site/ca.pem
}
up() { certificate rates rates-v2.northwind.internal '1 minute ago' '365 days'; restart rates; }
SETTLE=5
verify() { check "name mismatch" log_has pricing "Hostname mismatch"; check "the service is up" answers https://rates.northwind.internal:8444/health; }
alert() { alertmanager PricingErrors critical "pricing on $HOST gets no exchange rates" label.service=pricing; }
label() { root_cause certificate rates.northwind.internal:8444 tls.name_mismatch "the new certificate is for rates-v2.northwind.internal" also=rates.northwind.internal also=rates also=127.0.0.1:8444 also=/etc/ssl/site/rates.pem; }
