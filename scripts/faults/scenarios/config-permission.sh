# A service may not read its own configuration.
# shellcheck shell=bash disable=SC2034
HOST=wharfe
EARLY=1
prepare() { app mail-relay 8096 work.item=message; app orders-api 8080 work.item=order; }
up() { chown root:root /etc/mail-relay/mail-relay.conf; chmod 600 /etc/mail-relay/mail-relay.conf; restart mail-relay; }
SETTLE=5
verify() { check "permission denied" log_has mail-relay 'Permission denied'; check "again and again" at_least 2 restarts mail-relay FATAL; }
alert() { alertmanager ServiceDown critical "mail-relay on $HOST is down" label.service=mail-relay; }
label() { root_cause service mail-relay config.permission "its configuration file is readable by root only"; }
