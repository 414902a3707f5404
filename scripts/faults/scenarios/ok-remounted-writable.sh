# A filesystem was read-only and is writable again.
# shellcheck shell=bash disable=SC2034
HOST=aspen
prepare() { volume /srv/media 32; app media-store 8060 work.item=upload storage.dir=/srv/media; }
up() { mount -o remount,ro /srv/media; wait_for 8 log_has media-store 'Read-only file system'; mount -o remount,rw /srv/media; }
SETTLE=11
verify() { check "errors in the log" log_has media-store 'Read-only file system'; check "writable" bash -c "findmnt -n -o OPTIONS /srv/media | grep -q '^rw'"; PATIENCE=15; check "healthy now" answers http://127.0.0.1:8060/health; }
alert() { alertmanager UploadsFailing critical "media-store on $HOST rejects uploads" label.service=media-store; }
label() { healthy "the volume is mounted read-write again, uploads work"; }
