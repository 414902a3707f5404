# The local resolver was stopped.
# shellcheck shell=bash disable=SC2034
HOST=siskin
prepare() {
  names 127.0.0.1=rates.northwind.internal
  app rates 8447 work.item=rate
  app pricing 8086 work.item=price upstream.url=http://rates.northwind.internal:8447/
}
up() { stop dnscache; }
SETTLE=6
verify() { check "resolution fails" log_has pricing 'name resolution'; check "the resolver is down" bash -c 'sv status /etc/service/dnscache | grep -q "^down"'; }
alert() { alertmanager PricingErrors critical "pricing on $HOST: all quotes fail" label.service=pricing; }
label() { root_cause service dnscache service.stopped "the local resolver on 127.0.0.53 was stopped" type=dns.resolver_broken also=127.0.0.53; }
