# A dead name server, right after a package upgrade and a service restart that have nothing to do with it.
# shellcheck shell=bash disable=SC2034
HOST=onyx
DIALECT=text
prepare() {
  names 127.0.0.1=smtp.northwind.internal
  app smtp-relay 8025 work.item=message
  app newsletter 8078 work.item=letter upstream.url=http://smtp.northwind.internal:8025/
  old_dpkg 500 curl 7.88.1-10+deb12u8 7.88.1-10+deb12u14
}
past() { restart smtp-relay; }
up() { sed -i 's/^nameserver .*/nameserver 10.20.0.3/' /etc/resolv.conf; }
SETTLE=8
verify() { check "resolution fails" log_has newsletter 'name resolution'; }
alert() { echo "newsletter on $HOST sends nothing since $(clock "$T_FAULT"). Can you find out why?"; }
label() { root_cause resolver 10.20.0.3 dns.resolver_broken "resolv.conf points to 10.20.0.3, which does not answer"; }
