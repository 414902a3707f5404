# An expired certificate, while the disk is at 80% and an OOM stands in an old log.
# shellcheck shell=bash disable=SC2034
HOST=wye
prepare() {
  known_as 127.0.0.1 ldap.northwind.internal
  volume /srv/profiles 40; head -c 28M /dev/urandom > /srv/profiles/avatars.tar
  certificate ldap ldap.northwind.internal '365 days ago' "@$(($(date +%s) + PLANNED_AGE + 12))"
  app directory 8636 work.item=lookup tls.cert=/etc/ssl/site/ldap.pem tls.key=/etc/ssl/site/ldap.key
  app login 8077 work.item=login upstream.url=https://ldap.northwind.internal:8636/ upstream.ca=/etc/ssl/site/ca.pem
  old_syslog kern.log "$(H 33)" kernel "[  612.440181] Memory cgroup out of memory: Killed process 1805 (login) total-vm:640112kB, anon-rss:254020kB, file-rss:2200kB"
}
up() { until_expired /etc/ssl/site/ldap.pem; }
verify() { check "the caller says so" log_has login 'certificate has expired'; }
alert() { grafana LoginsFailing critical "nobody can log in on $HOST" label.service=login value=1; }
label() { root_cause certificate ldap.northwind.internal:8636 tls.certificate_expired "the certificate of directory is past its notAfter" also=ldap.northwind.internal also=directory also=127.0.0.1:8636 also=/etc/ssl/site/ldap.pem; }
