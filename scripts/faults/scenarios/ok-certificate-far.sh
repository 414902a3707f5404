# A certificate check warns with a wrong threshold; the certificate is valid for months.
# shellcheck shell=bash disable=SC2034
HOST=kestrel
prepare() {
  known_as 127.0.0.1 rates.northwind.internal
  certificate rates rates.northwind.internal '5 days ago' '85 days'
  app rates 8444 work.item=rate tls.cert=/etc/ssl/site/rates.pem tls.key=/etc/ssl/site/rates.key
  app pricing 8086 work.item=price upstream.url=https://rates.northwind.internal:8444/ upstream.ca=/etc/ssl/site/ca.pem
}
verify() { check "valid" openssl x509 -in /etc/ssl/site/rates.pem -noout -checkend 5184000; check "healthy" answers http://127.0.0.1:8086/health; }
alert() { alertmanager TlsCertificateExpiry warning "the certificate of https://rates.northwind.internal:8444 was renewed, please check it" label.service=rates label.target=https://rates.northwind.internal:8444/; }
label() { healthy "valid for 85 days and accepted by its caller"; }
