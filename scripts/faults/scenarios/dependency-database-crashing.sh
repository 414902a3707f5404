# A database cannot open its store and dies at each start; the alert is about the service above.
# shellcheck shell=bash disable=SC2034
HOST=ridge
prepare() { database stock-db 5440; app inventory 8087 work.item=stock database.host=127.0.0.1 database.port=5440; web storefront 8000; }
up() { stop stock-db; rm -f /var/lib/stock-db/store.aof; mkdir /var/lib/stock-db/store.aof; sv up /etc/service/stock-db; }
SETTLE=5
verify() { check "it dies at start" at_least 2 restarts stock-db 'FATAL cannot start: .*store.aof'; check "refused above" log_has inventory 'Connection refused'; }
alert() { alertmanager InventoryErrors critical "inventory on $HOST: stock levels cannot be saved" label.service=inventory; }
label() { root_cause service stock-db service.crash_loop "its store file is a directory after a restore; it exits at each start" type=config.invalid type=service.crash; }
