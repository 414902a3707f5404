# No inode is left on the volume of the sessions, though there is space.
# shellcheck shell=bash disable=SC2034
HOST=rother
EARLY=1
prepare() {
  volume /srv/sessions 32 -N 1024
  app session-store 8075 work.item=session storage.dir=/srv/sessions storage.mode=files storage.kb=1
  app gateway 8080 work.item=request upstream.url=http://127.0.0.1:8075/
}
up() { mkdir -p /srv/sessions/stale; (cd /srv/sessions/stale && seq -f 'sess_%06.0f' 1 1200 | xargs touch 2>/dev/null) || true; chown -R app:app /srv/sessions/stale; }
verify() {
  check "no inode left" test "$(df --output=iavail /srv/sessions | tail -n 1)" -eq 0
  check "space is left" test "$(df --output=avail /srv/sessions | tail -n 1)" -gt 1000
  check "the service fails with ENOSPC" log_has session-store 'No space left on device'
}
alert() {
  alertmanager SessionWriteFailures critical "session-store cannot save sessions on $HOST" label.service=session-store \
    annotation.description="Users are logged out; writes fail although the disk graph shows free space."
}
label() { root_cause filesystem /srv/sessions disk.inodes_exhausted "stale session files used every inode"; }
