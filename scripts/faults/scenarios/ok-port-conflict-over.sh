# A port was taken for a moment at a deployment; the right service has it now.
# shellcheck shell=bash disable=SC2034
HOST=condor
prepare() { web storefront 8000; app cart 8081 work.item=cart; }
up() {
  stop storefront; background preview timeout 6 chpst -u app /usr/bin/python3 -m http.server 8000 --bind 127.0.0.1 --directory /srv/www; wait_for 5 listening 8000
  sv up /etc/service/storefront; sleep 7; rm -f /var/log/preview.log
}
SETTLE=3
verify() { check "bind errors in the log" log_has storefront 'Address already in use|bind'; check "busybox has the port" bash -c "ss -ltnpH 'sport = :8000' | grep -q busybox"; check "it answers" answers http://127.0.0.1:8000/; }
alert() { alertmanager ServiceFlapping critical "storefront on $HOST does not stay up" label.service=storefront; }
label() { healthy "the other listener ended, storefront has its port"; }
