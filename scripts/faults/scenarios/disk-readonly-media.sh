# The data filesystem was remounted read-only.
# shellcheck shell=bash disable=SC2034
HOST=store-2
EARLY=1
prepare() {
  volume /srv/media 32
  app media-store 8060 work.item=upload storage.dir=/srv/media
  web storefront 8000
}
up() { mount -o remount,ro /srv/media; }
verify() {
  check "mounted read-only" bash -c "findmnt -n -o OPTIONS /srv/media | grep -q '^ro'"
  check "the service fails with EROFS" log_has media-store 'Read-only file system'
  check "its health page says 503" answers http://127.0.0.1:8060/health 503
}
alert() { alertmanager UploadsFailing critical "media-store on $HOST rejects uploads" label.service=media-store; }
label() { root_cause filesystem /srv/media disk.read_only "the volume of media-store is mounted read-only"; }
