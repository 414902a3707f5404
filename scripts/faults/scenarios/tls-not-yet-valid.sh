# A certificate was rolled out before its first day.
# shellcheck shell=bash disable=SC2034
HOST=linden
prepare() {
  known_as 127.0.0.1 vault.northwind.internal
  certificate vault vault.northwind.internal '80 days ago' '10 days'
  app secrets 8445 work.item=secret tls.cert=/etc/ssl/site/vault.pem tls.key=/etc/ssl/site/vault.key
  app mailer-api 8076 work.item=mail upstream.url=https://vault.northwind.internal:8445/ upstream.ca=/etc/ssl/site/ca.pem
}
up() { certificate vault vault.northwind.internal '9 days' '374 days'; restart secrets; }
SETTLE=5
verify() { check "not yet valid" log_has mailer-api 'certificate is not yet valid'; }
alert() { alertmanager MailApiErrors critical "mailer-api on $HOST cannot fetch its secrets" label.service=mailer-api; }
label() { root_cause certificate vault.northwind.internal:8445 tls.not_yet_valid "notBefore lies nine days ahead" also=vault.northwind.internal also=secrets also=127.0.0.1:8445 also=/etc/ssl/site/vault.pem; }
