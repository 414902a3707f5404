# Names could not be resolved for a while; they can again.
# shellcheck shell=bash disable=SC2034
HOST=curlew
prepare() {
  names 127.0.0.1=rates.northwind.internal
  app rates 8447 work.item=rate
  app pricing 8086 work.item=price upstream.url=http://rates.northwind.internal:8447/
}
up() { stop dnscache; wait_for 10 log_has pricing 'name resolution'; start dnscache; }
SETTLE=11
verify() { check "the old error" log_has pricing 'name resolution'; check "resolves" getent hosts rates.northwind.internal; PATIENCE=15; check "healthy" answers http://127.0.0.1:8086/health; }
alert() { alertmanager PricingErrors critical "pricing on $HOST gets no exchange rates" label.service=pricing; }
label() { healthy "the local resolver is back"; }
