# A service was given a self-signed certificate that its callers do not trust.
# shellcheck shell=bash disable=SC2034
HOST=sable
prepare() {
  known_as 127.0.0.1 geo.northwind.internal
  certificate geo geo.northwind.internal '60 days ago' '300 days'
  app geo 8446 work.item=place tls.cert=/etc/ssl/site/geo.pem tls.key=/etc/ssl/site/geo.key
  app dispatch 8079 work.item=trip upstream.url=https://geo.northwind.internal:8446/ upstream.ca=/etc/ssl/site/ca.pem
}
up() {
  openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=geo.northwind.internal -addext subjectAltName=DNS:geo.northwind.internal -keyout /etc/ssl/site/geo.key -out /etc/ssl/site/geo.pem 2>/dev/null
  chmod 644 /etc/ssl/site/geo.key; restart geo
}
SETTLE=5
verify() { check "not trusted" log_has dispatch 'self-signed certificate|unable to get local issuer'; }
alert() { alertmanager TripPlanningErrors warning "dispatch on $HOST: addresses are not resolved to places" label.service=dispatch; }
label() { root_cause certificate geo.northwind.internal:8446 tls.untrusted "self-signed certificate instead of one of the internal CA" also=geo.northwind.internal also=geo also=127.0.0.1:8446 also=/etc/ssl/site/geo.pem; }
