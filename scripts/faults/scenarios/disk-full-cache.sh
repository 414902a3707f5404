# A cache on a small tmpfs is full. Decoy: a package upgrade minutes before.
# shellcheck shell=bash disable=SC2034
HOST=node-7
prepare() {
  mkdir -p /var/cache/thumbnailer
  mount -t tmpfs -o size=24m,mode=755 tmpfs /var/cache/thumbnailer; chown app:app /var/cache/thumbnailer
  app thumbnailer 8070 work.item=thumb storage.dir=/var/cache/thumbnailer storage.mode=files storage.kb=16
  web storefront 8000
  old_dpkg 900 libwebp7 1.2.4-0.2+deb12u1 1.2.4-0.2+deb12u2
}
up() { fill /var/cache/thumbnailer sprite-atlas.bin; }
verify() {
  check "no space left" test "$(df --output=avail /var/cache/thumbnailer | tail -n 1)" -eq 0
  check "the service fails with ENOSPC" log_has thumbnailer 'No space left on device'
}
alert() { grafana ThumbnailErrors critical "thumbnailer on $HOST fails to store thumbnails" label.service=thumbnailer value=0.97; }
label() { root_cause filesystem /var/cache/thumbnailer disk.space_exhausted "one big file filled the cache of thumbnailer; the upgrade of libwebp7 is not the cause"; }
