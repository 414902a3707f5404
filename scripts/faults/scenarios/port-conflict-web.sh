# A forgotten process has the port of a web server, which cannot start.
# shellcheck shell=bash disable=SC2034
HOST=node-11
EARLY=1
prepare() {
  web storefront 8000
  app cart 8081 work.item=cart
  mkdir -p /home/deploy/preview; echo preview > /home/deploy/preview/index.html
}
up() { stop storefront; background preview chpst -u app /usr/bin/python3 -m http.server 8000 --bind 127.0.0.1 --directory /home/deploy/preview; wait_for 5 listening 8000; sv up /etc/service/storefront; }
SETTLE=5
verify() {
  check "bind fails" log_has storefront 'Address already in use|bind'
  check "somebody else listens" bash -c "ss -ltnpH 'sport = :8000' | grep -q python3"
}
alert() { alertmanager ServiceFlapping critical "storefront on $HOST does not stay up" label.service=storefront; }
label() { root_cause service storefront port.conflict "a python3 http.server of the deploy user listens on 8000"; }
