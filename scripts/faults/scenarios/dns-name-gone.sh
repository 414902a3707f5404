# One name is not known any more; all others resolve.
# shellcheck shell=bash disable=SC2034
HOST=pintail
EARLY=1
prepare() {
  names 127.0.0.1=stock.northwind.internal 127.0.0.1=audit.northwind.internal
  app stock 8448 work.item=stock
  app audit 9310 work.item=record
  app inventory 8087 work.item=stock upstream.url=http://stock.northwind.internal:8448/
  app archive 8088 work.item=record upstream.url=http://audit.northwind.internal:9310/
}
up() { sed -i '/stock/d' /etc/dnscache/zone; }
SETTLE=5
verify() { check "the name is not known" log_has inventory 'Name or service not known|No address associated'; check "the resolver says NXDOMAIN" log_has dnscache 'NXDOMAIN stock'; check "the other name works" answers http://audit.northwind.internal:9310/; }
alert() { alertmanager InventoryErrors critical "inventory on $HOST cannot read stock levels" label.service=inventory; }
label() { root_cause resolver stock.northwind.internal dns.name_unknown "the record of stock.northwind.internal is gone (NXDOMAIN); other names resolve"; }
