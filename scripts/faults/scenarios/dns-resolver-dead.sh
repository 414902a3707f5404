# The name server in resolv.conf does not answer.
# shellcheck shell=bash disable=SC2034
HOST=talon
prepare() {
  names 127.0.0.1=rates.northwind.internal 10.20.0.40=mx.northwind.internal
  app rates 8447 work.item=rate
  app pricing 8086 work.item=price upstream.url=http://rates.northwind.internal:8447/
}
up() { sed -i 's/^nameserver .*/nameserver 10.20.0.2/' /etc/resolv.conf; }
SETTLE=8
verify() { check "resolution fails" log_has pricing 'name resolution'; check "getent fails" bash -c '! timeout 6 getent hosts rates.northwind.internal'; check "the local resolver would answer" busybox nslookup rates.northwind.internal 127.0.0.53; }
alert() { alertmanager PricingErrors critical "pricing on $HOST gets no exchange rates" label.service=pricing; }
label() { root_cause resolver 10.20.0.2 dns.resolver_broken "resolv.conf points to 10.20.0.2, which does not answer"; }
