# A service's storage directory does not exist any more.
# shellcheck shell=bash disable=SC2034
HOST=plover
prepare() { mkdir -p /srv/uploads; chown app:app /srv/uploads; app upload-api 8061 work.item=upload storage.dir=/srv/uploads; web storefront 8000; }
up() { mv /srv/uploads /srv/uploads.old; restart upload-api; }
SETTLE=5
verify() { check "it says so" log_has upload-api '/srv/uploads does not exist|No such file'; check "again and again" at_least 2 restarts upload-api FATAL; }
alert() { alertmanager ServiceDown critical "upload-api on $HOST is down" label.service=upload-api; }
label() { root_cause service upload-api config.invalid "its storage directory /srv/uploads was renamed"; }
